import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import twilio from 'twilio';
import { systemClock } from '../../src/clock.ts';
import type { SocketEnd, SocketListener } from '../../src/call/stream/stream-sockets.ts';
import { createEgress } from '../../src/webhooks/egress.ts';
import { resolveBySystem } from '../../src/webhooks/names/name-lookup.ts';
import { createStreamSockets } from '../../src/webhooks/streams/stream-sockets.ts';
import type { Clock } from '../../src/concurrency/clock.ts';
import { ownPort } from '../support/own-ports.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { StreamServer } from '../support/stream-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const TOKEN = 'the-token';
const ACCOUNT = `AC${'1'.repeat(32)}`;

class Heard implements SocketListener {
  readonly texts: string[] = [];
  binaries = 0;
  ends: SocketEnd[] = [];
  text(message: string): void {
    this.texts.push(message);
  }
  binary(): void {
    this.binaries += 1;
  }
  closed(how: SocketEnd): void {
    this.ends.push(how);
  }
}

describe('A WebSocket to a customer’s server', () => {
  let server: StreamServer;
  const others: Server[] = [];
  beforeEach(async () => {
    server = await StreamServer.start(await ownPort());
  });
  afterEach(async () => {
    await server.stop();
    for (const other of others.splice(0)) other.close();
  });

  function open(
    url: string,
    {
      clock = systemClock,
      deny = [],
      signal = new AbortController().signal,
    }: {
      readonly clock?: Clock;
      readonly deny?: readonly string[];
      readonly signal?: AbortSignal;
    } = {},
  ) {
    const heard = new Heard();
    const sockets = createStreamSockets({
      egress: createEgress({ allow: [], deny, denyLoopback: false }),
      resolve: resolveBySystem,
      clock,
      userAgent: 'Legwork/test',
      authToken: (accountSid) => Promise.resolve(accountSid === ACCOUNT ? TOKEN : undefined),
    });
    return { heard, opened: sockets.open({ url, accountSid: ACCOUNT, signal }, heard) };
  }

  async function errorOf(
    url: string,
    options: Parameters<typeof open>[1] = {},
  ): Promise<readonly [number, string]> {
    const result = await open(url, options).opened;
    assert(!result.ok);
    return [result.error.code, result.error.message];
  }

  /** A TCP server that treats connections like this; its URL. */
  async function listening(other: Server): Promise<string> {
    others.push(other);
    other.listen(await ownPort(), '127.0.0.1');
    await once(other, 'listening');
    return `ws://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  }
  const answering = (listener: RequestListener) => listening(createHttpServer(listener));

  it('is signed for the URL, offers no extension and no subprotocol, and carries basic authentication', async () => {
    const { opened } = open(`${server.url.replace('ws://', 'ws://user:p%40ss@')}/agent?b=2&a=1`);
    const result = await opened;
    assert(result.ok);
    await waitUntil('it is connected', () => server.streams.length === 1);
    const { headers = {}, url } = server.streams[0]?.request ?? {};
    const signature = String(headers['x-twilio-signature']);
    assert.equal(twilio.validateRequest(TOKEN, signature, `${server.url}${url}`, {}), true);
    assert.equal(headers['x-restcomm-signature'], signature);
    assert.equal(headers['user-agent'], 'Legwork/test');
    assert.equal(headers.authorization, `Basic ${Buffer.from('user:p@ss').toString('base64')}`);
    assert.equal(headers['sec-websocket-extensions'], undefined);
    assert.equal(headers['sec-websocket-protocol'], undefined);
    result.socket.terminate();
  });

  it('passes messages both ways, answers pings, and ends with a close code', async () => {
    const { heard, opened } = open(server.url);
    const result = await opened;
    assert(result.ok);
    await waitUntil('it is connected', () => server.streams.length === 1);
    const [stream] = server.streams;
    assert(stream);
    result.socket.send('{"event":"connected"}');
    stream.socket.send('{"event":"clear"}');
    stream.socket.send(Buffer.from([1]));
    const ponged = once(stream.socket, 'pong');
    stream.socket.ping();
    await ponged;
    await waitUntil('all is there', () => heard.binaries === 1 && stream.messages.length === 1);
    assert.deepEqual([heard.texts, stream.events], [['{"event":"clear"}'], ['connected']]);
    result.socket.close(1001);
    await waitUntil('it is closed', () => stream.closed !== undefined);
    assert.equal(stream.closed, 1001);
  });

  it('tells how the server closed it, and is closed when a message is too long', async () => {
    const one = open(server.url);
    assert((await one.opened).ok);
    await waitUntil('it is connected', () => server.streams.length === 1);
    server.streams[0]?.socket.close(4000);
    await waitUntil('it is told', () => one.heard.ends.length > 0);
    assert.deepEqual(one.heard.ends, [{ code: 4000 }]);
    const other = open(server.url);
    assert((await other.opened).ok);
    await waitUntil('it is connected', () => server.streams.length === 2);
    server.streams[1]?.socket.send('x'.repeat(1024 * 1024 + 1));
    await waitUntil('it is told', () => other.heard.ends.length > 0);
    assert.equal(other.heard.ends[0]?.tooLong, true);
    await waitUntil('it is closed', () => server.streams[1]?.closed === 1009);
  });

  it('is not opened where requests may not go, or where nobody listens', async () => {
    assert.deepEqual(await errorOf(server.url, { deny: ['127.0.0.0/8'] }), [
      31902,
      'Connections to this host are not allowed (WEBHOOK_DENY)',
    ]);
    const named = server.url.replace('127.0.0.1', 'localhost');
    assert.equal((await errorOf(named, { deny: ['127.0.0.0/8', '::1'] }))[0], 31902);
    assert.deepEqual(await errorOf('ws://metadata.google.internal/'), [
      31902,
      'Connections to this host are not allowed (WEBHOOK_DENY)',
    ]);
    assert.deepEqual(await errorOf(`ws://127.0.0.1:${await ownPort()}/`), [
      31902,
      'The connection was refused',
    ]);
    assert.equal(server.streams.length, 0);
  });

  it('fails with the status of a server that answers with another one than 101', async () => {
    for (const status of [200, 302, 403, 500]) {
      const url = await answering((_request, response) => {
        response.writeHead(status, { location: server.url }).end();
      });
      assert.deepEqual(await errorOf(url), [
        31920,
        `The server answered the handshake with status ${status}, not 101`,
      ]);
    }
    assert.equal(server.streams.length, 0);
  });

  it('fails when TLS does not come about, or something else than HTTP comes', async () => {
    const [code] = await errorOf(server.url.replace('ws:', 'wss:'));
    assert.equal(code, 31902);
    const url = await listening(createServer((socket) => socket.end('hello\r\n\r\n')));
    assert.ok([31902, 31920].includes((await errorOf(url))[0]));
  });

  it('gives a server that accepts and says nothing 5 s', async () => {
    const clock = new FakeClock();
    let accepted = 0;
    const url = await listening(
      createServer((socket) => {
        accepted += 1;
        socket.on('error', () => undefined);
      }),
    );
    let result: readonly [number, string] | undefined;
    const waiting = errorOf(url, { clock }).then((error) => {
      result = error;
    });
    await waitUntil('it was accepted', () => accepted === 1);
    // The timer of the handshake replaces that of the connection when the socket is connected here too.
    await waitUntil('5 s were waited', async () => {
      await clock.advance(1000);
      return result !== undefined;
    });
    await waiting;
    assert.deepEqual(result, [
      31901,
      'The server accepted the connection, but did not answer the handshake within 5 s',
    ]);
  });

  it('is given up when nobody wants it any more', async () => {
    const url = await listening(createServer(() => undefined));
    const stop = new AbortController();
    const { opened } = open(url, { signal: stop.signal });
    stop.abort();
    assert.equal((await opened).ok, false);
  });
});
