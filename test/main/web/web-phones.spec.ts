import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { generate } from 'selfsigned';
import { WebSocketServer } from 'ws';
import { clientOf } from '../../../src/api/http/client-address.ts';
import { FailureLimiter, networkOf } from '../../../src/api/http/failure-limiter.ts';
import { type HttpServer, startHttpServer } from '../../../src/api/http/http-server.ts';
import { systemClock } from '../../../src/clock.ts';
import { tlsFiles } from '../../../src/main/tls-files.ts';
import { WebPhones, type WebPhonesOptions } from '../../../src/web-phones/web-phones.ts';
import { FakeLog } from '../../support/fake-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { registerOf, replyTo } from '../../support/sip-messages.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { WebSocketPhone } from '../../support/web-socket-phone.ts';

/** A certificate for 127.0.0.1 that nobody knows, in files. */
async function writeCertificate(files: { certFile: string; keyFile: string }): Promise<string> {
  const altNames = [{ type: 7 as const, ip: '127.0.0.1' }];
  const made = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames }],
  });
  await writeFile(files.certFile, made.cert);
  await writeFile(files.keyFile, made.private);
  return made.cert;
}

describe('Legwork’s port', () => {
  /** Stands for Asterisk: answers each REGISTER with 200. */
  const asterisk = new WebSocketServer({ noServer: true, handleProtocols: () => 'sip' });
  const http = createServer();
  const closing: (() => unknown)[] = [];
  let folder: string;
  let files: { certFile: string; keyFile: string };

  before(async () => {
    http.on('upgrade', (request, socket, head) =>
      asterisk.handleUpgrade(request, socket, head, (to) => {
        to.on('message', () => to.send(replyTo({}, 200)));
      }),
    );
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    folder = await mkdtemp(join(tmpdir(), 'legwork-tls-'));
    files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  });
  after(async () => {
    http.close();
    http.closeAllConnections();
    await rm(folder, { recursive: true });
  });
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  async function serve(
    options: Partial<WebPhonesOptions> = {},
    tls?: ReturnType<typeof tlsFiles>,
  ): Promise<{ readonly server: HttpServer; readonly phones: WebPhones }> {
    const clock = systemClock;
    const phones = new WebPhones({
      asteriskUrl: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/ws`,
      isLocal: true,
      isUp: () => true,
      isLiveCall: () => false,
      clientOf: clientOf([]),
      networkOf,
      origins: undefined,
      mostPerAddress: 10,
      wrongPasswords: new FailureLimiter(clock),
      onSignedIn: () => undefined,
      clock,
      log: new FakeLog(),
      ...options,
    });
    const server = await startHttpServer((_request, response) => void response.end('hello'), {
      host: '127.0.0.1',
      port: 0,
      clock,
      upgrade: (...request) => phones.upgrade(...request),
      ...(tls === undefined ? {} : { tls }),
    });
    closing.push(
      () => server.close(),
      () => phones.close(),
    );
    return { server, phones };
  }

  const open = async (url: string, ca?: string) => {
    const phone = await WebSocketPhone.open(url, ca === undefined ? {} : { ca });
    closing.push(() => phone.close());
    return phone;
  };

  it('takes browser phones by wss, with a certificate that the browser knows', async () => {
    const cert = await writeCertificate(files);
    const { server, phones } = await serve({}, tlsFiles(files, { clock: systemClock, log: new FakeLog() }));
    const phone = await open(`wss://127.0.0.1:${server.port}/sip`, cert);
    phone.socket.send(registerOf());
    await waitUntil('Asterisk’s reply comes', () => phone.received.length > 0);
    assert.deepEqual([phone.received, phones.size], [[replyTo({}, 200)], 1]);
    await assert.rejects(
      WebSocketPhone.open(`wss://127.0.0.1:${server.port}/sip`),
      /self-signed certificate/,
    );
  });

  it('serves a renewed certificate without a restart, and the old one while the new one cannot be used', async () => {
    await writeCertificate(files);
    const clock = new FakeClock();
    const log = new FakeLog();
    const { server } = await serve({}, tlsFiles(files, { clock, log }));
    const shown = async () => {
      const socket = connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.destroy();
      return fingerprint256;
    };
    const first = await shown();
    await writeFile(files.keyFile, 'half written');
    await clock.advance(20_000);
    assert.equal(await shown(), first);
    assert.equal(log.lines.length, 1, log.lines.join());
    await writeCertificate(files);
    await clock.advance(10_000);
    assert.notEqual(await shown(), first);
  });

  it('tells browsers to come back when it is closed', async () => {
    const { server, phones } = await serve();
    const phone = await open(`ws://127.0.0.1:${server.port}/sip`);
    await phones.close();
    await waitUntil('the browser is told', () => phone.closed !== undefined);
    assert.equal(phone.closed, '1012 Legwork is restarting');
  });

  it('takes none while Asterisk is away, or from where others may listen', async () => {
    for (const [options, status] of [
      [{ isUp: () => false }, 503],
      [{ asteriskUrl: 'ws://127.0.0.1:1/ws' }, 503],
      [{ clientOf: () => ({ address: '192.0.2.1', isSecure: false }) }, 403],
    ] as const) {
      const { server } = await serve(options);
      const tried = await WebSocketPhone.connect(`ws://127.0.0.1:${server.port}/sip`);
      assert.ok(!(tried instanceof WebSocketPhone));
      assert.equal(tried.status, status, tried.text);
    }
  });

  it('answers who offers another protocol as if he had not', async () => {
    const { server } = await serve();
    const url = `http://127.0.0.1:${server.port}/health`;
    const { request } = await import('node:http');
    const asked = request(url, { headers: { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c' } });
    asked.end();
    const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
    const [body] = (await once(response, 'data')) as [Buffer];
    assert.deepEqual([response.statusCode, body.toString()], [200, 'hello']);
  });
});

describe('Whether nobody can listen to a request', () => {
  const of = clientOf(['10.0.0.1']);
  const asked = (remoteAddress: string, host: string, more: object = {}) =>
    of({ headers: { host, ...more }, socket: { remoteAddress } } as never);

  it('depends on TLS, this machine, and the proxies that are trusted', () => {
    assert.deepEqual(
      {
        here: asked('127.0.0.1', 'pbx.example').isSecure,
        container: asked('172.18.0.1', 'localhost:8080').isSecure,
        proxy: asked('10.0.0.1', 'pbx.example', { 'x-forwarded-for': '192.0.2.7' }),
        elsewhere: asked('192.0.2.7', 'pbx.example').isSecure,
      },
      { here: true, container: true, proxy: { address: '192.0.2.7', isSecure: true }, elsewhere: false },
    );
  });
});
