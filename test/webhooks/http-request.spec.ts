import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { HttpRequest, HttpSender } from '../../src/webhooks/http-request.ts';
import type { Resolve } from '../../src/webhooks/names/name-lookup.ts';
import { ApplicationServer, hang, redirect, reset } from '../support/application-server.ts';
import { brokenOff, endless, inTwoParts } from '../support/bad-replies.ts';
import { localSender } from '../support/webhook-sender.ts';

const TOKEN = 'secret-auth-token';

describe('a request to the application server', () => {
  let app: ApplicationServer;
  let sender: HttpSender;
  const senders: HttpSender[] = [];

  beforeEach(async () => {
    app = await ApplicationServer.start();
    sender = made();
  });

  afterEach(async () => {
    for (const one of senders.splice(0)) one.close();
    await app.stop();
  });

  function made(...options: Parameters<typeof localSender>): HttpSender {
    const one = localSender(...options);
    senders.push(one);
    return one;
  }

  function post(path: string, more: Partial<HttpRequest> = {}): HttpRequest {
    return {
      url: path.startsWith('/') ? app.url(path) : path,
      method: 'POST',
      parameters: [
        ['CallSid', 'CA1'],
        ['From', 'Žofie 李'],
      ],
      authToken: TOKEN,
      token: 'CB1',
      bodyLimit: 65_536,
      overLimit: 'refuse',
      retryBroken: 'always',
      ...more,
    };
  }

  const get = (path: string, more: Partial<HttpRequest> = {}) => post(path, { method: 'GET', ...more });

  async function kindOf(request: HttpRequest, by = sender): Promise<string> {
    const result = await by.send(request);
    return result.ok ? String(result.status) : result.kind;
  }

  it('sends a form in UTF-8 by POST, signed, with token and product', async () => {
    app.reply('/voice', '<Response/>');
    const result = await sender.send(post('/voice?b=2&a=%31'));
    assert.ok(result.ok);
    assert.deepEqual([result.status, result.body.toString()], [200, '<Response/>']);
    const [request] = app.requests;
    assert.ok(request !== undefined);
    assert.ok(request.signatureValid(TOKEN));
    assert.ok(!request.signatureValid('another'));
    assert.deepEqual(
      [request.method, request.target, request.body],
      ['POST', '/voice?b=2&a=%31', 'CallSid=CA1&From=%C5%BDofie+%E6%9D%8E'],
    );
    const { headers } = request;
    assert.deepEqual(
      [headers['content-type'], headers['i-idempotency-token'], headers['user-agent']],
      ['application/x-www-form-urlencoded; charset=UTF-8', 'CB1', 'Legwork/test'],
    );
    assert.equal(headers['x-restcomm-signature'], headers['x-twilio-signature']);
  });

  it('is not written when it may not be at that moment: not at once, not after connecting, not after a redirect', async () => {
    app.reply('/voice', { status: 307, headers: { location: '/other' } });
    app.reply('/other', '<Response/>');
    const asked = async (yes: number) => {
      let left = yes;
      return await kindOf(post('/voice', { mayWrite: () => left-- > 0 }), made());
    };
    // Before the request is made; when it has a socket; when that is connected.
    for (const yes of [0, 1, 2]) assert.notEqual(await asked(yes), '200', `asked ${yes} times`);
    assert.deepEqual(app.requests, []);
    assert.notEqual(await asked(3), '200');
    assert.deepEqual(
      app.requests.map(({ path }) => path),
      ['/voice'],
    );
    assert.equal(await asked(Number.POSITIVE_INFINITY), '200');
  });

  it('appends to the query by GET, signed, whatever the user wrote there', async () => {
    app.reply('/voice', '<Response/>');
    await sender.send(get("/voice?b=2&a=%31&x=%E4&y=%zz&q=it's"));
    const [request] = app.requests;
    assert.equal(
      request?.target,
      '/voice?b=2&a=%31&x=%E4&y=%zz&q=it%27s&CallSid=CA1&From=%C5%BDofie%20%E6%9D%8E',
    );
    assert.ok(request?.signatureValid(TOKEN));
    assert.equal(request?.headers['content-type'], undefined);
  });

  it('sends an empty form when there are no parameters', async () => {
    app.reply('/voice', '<Response/>');
    assert.equal(await kindOf(post('/voice', { parameters: [] })), '200');
    assert.ok(app.requests[0]?.signatureValid(TOKEN));
  });

  it('makes user and password basic authentication, outside the signed URL', async () => {
    app.reply('/voice', '<Response/>');
    const url = app.url('/voice').replace('http://', 'http://bob:p%40ss@');
    const result = await sender.send(post(url));
    const [request] = app.requests;
    assert.equal(request?.headers['authorization'], `Basic ${Buffer.from('bob:p@ss').toString('base64')}`);
    assert.ok(request?.signatureValid(TOKEN));
    assert.equal(result.url, url);
  });

  for (const status of [301, 302, 307, 308]) {
    it(`follows ${status} with the same method and parameters, signed anew`, async () => {
      app.reply('/old', redirect('/new?x=1', status));
      app.reply('/new', '<Response/>');
      const result = await sender.send(post('/old'));
      assert.ok(result.ok);
      assert.equal(result.url, app.url('/new?x=1'));
      assert.deepEqual(
        app.requests.map((it) => [it.method, it.target, it.body, it.signatureValid(TOKEN)]),
        [
          ['POST', '/old', 'CallSid=CA1&From=%C5%BDofie+%E6%9D%8E', true],
          ['POST', '/new?x=1', 'CallSid=CA1&From=%C5%BDofie+%E6%9D%8E', true],
        ],
      );
    });
  }

  it('follows 303 after a POST with GET, the same parameters in the query, signed anew', async () => {
    app.reply('/old', redirect('/new?x=1', 303));
    app.reply('/new', redirect('/last', 307));
    app.reply('/last', '<Response/>');
    const result = await sender.send(post('/old'));
    assert.ok(result.ok);
    assert.equal(result.url, app.url('/last'));
    const query = 'CallSid=CA1&From=%C5%BDofie%20%E6%9D%8E';
    assert.deepEqual(
      app.requests.map((it) => [it.method, it.target, it.body, it.signatureValid(TOKEN)]),
      [
        ['POST', '/old', 'CallSid=CA1&From=%C5%BDofie+%E6%9D%8E', true],
        ['GET', `/new?x=1&${query}`, '', true],
        ['GET', `/last?${query}`, '', true],
      ],
    );
    assert.deepEqual(
      app.requests.map(({ headers }) => [headers['content-type'], headers['i-idempotency-token']]),
      [
        ['application/x-www-form-urlencoded; charset=UTF-8', 'CB1'],
        [undefined, 'CB1'],
        [undefined, 'CB1'],
      ],
    );
  });

  it('follows five redirects and no sixth', async () => {
    app.reply('/a', redirect('/a'));
    assert.equal(await kindOf(post('/a')), 'redirects');
    assert.equal(app.requests.length, 6);
  });

  it('does not repeat a query that the redirect carries on', async () => {
    app.reply('/old', (request) => redirect(request.target.replace('/old', '/new')));
    app.reply('/new', '<Response/>');
    await sender.send(get('/old'));
    assert.equal(app.requests[1]?.target, '/new?CallSid=CA1&From=%C5%BDofie%20%E6%9D%8E');
    assert.ok(app.requests[1]?.signatureValid(TOKEN));
  });

  it('does not go where a redirect must not lead', async () => {
    app.reply('/metadata', redirect('http://169.254.169.254/latest/meta-data'));
    app.reply('/file', redirect('file:///etc/passwd'));
    app.reply('/broken', redirect('http://'));
    app.reply('/name', redirect('http://metadata.google.internal/'));
    assert.deepEqual(
      [
        await kindOf(post('/metadata')),
        await kindOf(post('/file')),
        await kindOf(post('/broken')),
        await kindOf(post('/name')),
      ],
      ['denied', 'invalid-url', 'redirect', 'denied'],
    );
  });

  it('treats a redirect without a place as a reply', async () => {
    app.reply('/voice', { status: 302 });
    assert.equal(await kindOf(post('/voice')), '302');
  });

  it('does not connect to loopback unless the installation is local, however it is spelled', async () => {
    const outside = made({ denyLoopback: true });
    const { port } = new URL(app.origin);
    const hosts = ['127.0.0.1', '127.1', '0x7f.1', '2130706433', '[::ffff:127.0.0.1]', 'localhost'];
    for (const host of hosts)
      assert.equal(await kindOf(post(`http://${host}:${port}/`), outside), 'denied', host);
    assert.equal(app.connections, 0);
  });

  it('is not led astray by a name that changes its address between check and connection', async () => {
    const answers = ['203.0.113.1', '127.0.0.1'];
    let asked = 0;
    const resolve: Resolve = async () => [{ address: answers[asked++ % 2] ?? '', family: 4 }];
    const outside = made({ denyLoopback: true, resolve, connectTimeoutMs: 100 });
    const { port } = new URL(app.origin);
    const once = { ...post(`http://rebind.example:${port}/`), retryBroken: 'reused-connection' } as const;
    await outside.send(once);
    assert.equal(asked, 1);
    assert.equal(await kindOf(once, outside), 'denied');
    assert.equal(app.connections, 0);
  });

  it('connects to the address that was checked', async () => {
    const resolve: Resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    const inside = made({ resolve });
    app.reply('/voice', '<Response/>');
    const { port } = new URL(app.origin);
    assert.equal(await kindOf(post(`http://app.example:${port}/voice`), inside), '200');
    assert.equal(app.requests[0]?.headers['host'], `app.example:${port}`);
  });

  it('may have less time up to the first byte of the reply than for all of it', async () => {
    app.reply('/hang', hang);
    app.reply('/long', inTwoParts('be', 'gun', 250));
    const patient = made({ timeoutMs: 5000 });
    const result = await patient.send(post('/hang', { firstByteMs: 100 }));
    assert.ok(!result.ok && result.kind === 'timeout' && result.durationMs < 2000, JSON.stringify(result));
    const long = await patient.send(post('/long', { firstByteMs: 100 }));
    assert.ok(long.ok);
    assert.equal(long.body.toString(), 'begun');
  });

  it('gives up a reply that never comes', async () => {
    app.reply('/voice', hang);
    const result = await made({ timeoutMs: 100 }).send(post('/voice'));
    assert.ok(!result.ok);
    assert.equal(result.kind, 'timeout');
    assert.ok(result.durationMs >= 95 && result.durationMs < 1000, String(result.durationMs));
    assert.equal(app.requests.length, 1);
  });

  it('counts one time limit for all redirects', async () => {
    app.reply('/a', { ...redirect('/a'), delayMs: 60 });
    const result = await made({ timeoutMs: 150 }).send(post('/a'));
    assert.ok(!result.ok);
    assert.equal(result.kind, 'timeout');
    assert.ok(app.requests.length <= 3);
  });

  it('gives up a body that trickles', async () => {
    app.reply('/voice', endless('x', 20));
    assert.equal(await kindOf(post('/voice'), made({ timeoutMs: 150 })), 'timeout');
  });

  it('stops reading an endless body at the limit', async () => {
    let sent = 0;
    app.reply('/voice', (_request, response) => {
      const chunk = Buffer.alloc(16_384, 'x');
      const more = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.writeHead(200).on('drain', more);
      more();
      return undefined;
    });
    assert.equal(await kindOf(post('/voice')), 'too-large');
    assert.ok(sent < 20_000_000, String(sent));
    const cut = await sender.send(post('/voice', { bodyLimit: 2048, overLimit: 'cut' }));
    assert.ok(cut.ok);
    assert.deepEqual([cut.status, cut.body.length], [200, 2048]);
  });

  it('takes a body of exactly the limit', async () => {
    app.reply('/voice', { body: 'x'.repeat(65_536) });
    app.reply('/more', { body: 'x'.repeat(65_537) });
    assert.deepEqual([await kindOf(post('/voice')), await kindOf(post('/more'))], ['200', 'too-large']);
  });

  it('keeps only the head of an error page', async () => {
    app.reply('/voice', { status: 500, body: 'x'.repeat(1_000_000) });
    const result = await sender.send(post('/voice'));
    assert.ok(result.ok);
    assert.deepEqual([result.status, result.body.length], [500, 2048]);
  });

  for (const [coding, compress] of [
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['X-GZIP ', gzipSync],
    ['deflate', deflateSync],
    ['x-deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['identity', (body: string) => Buffer.from(body)],
  ] as const) {
    it(`reads a body that came as "${coding}"`, async () => {
      const headers = { 'content-encoding': coding };
      app.reply('/voice', { body: compress('<Response><Say>Hi</Say></Response>'), headers });
      const result = await sender.send(post('/voice'));
      assert.ok(result.ok);
      assert.equal(result.body.toString(), '<Response><Say>Hi</Say></Response>');
    });
  }

  it('limits what a compressed body swells to', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    app.reply('/voice', { body: bomb, headers: { 'content-encoding': 'gzip' } });
    assert.equal(await kindOf(post('/voice')), 'too-large');
  });

  it('tries a connection once more that broke before any byte of the reply, with the same token', async () => {
    app.reply('/voice', reset, '<Response/>');
    assert.equal(await kindOf(post('/voice')), '200');
    assert.deepEqual(
      app.requests.map(({ headers, connection }) => [headers['i-idempotency-token'], connection]),
      [
        ['CB1', 1],
        ['CB1', 2],
      ],
    );
    app.reply('/again', reset);
    assert.equal(await kindOf(post('/again')), 'connection');
    assert.equal(app.to('/again').length, 2);
  });

  it('does not try again when the reply had begun, was late, or the connection was refused', async () => {
    app.reply('/half', brokenOff(200));
    app.reply('/header', (_request, response) => {
      response.socket?.end('HTTP/1.1 200 OK\r\nContent-');
      return undefined;
    });
    assert.equal(await kindOf(post('/half')), 'connection');
    await kindOf(post('/header'));
    assert.equal(app.requests.length, 2);
    const gone = await ApplicationServer.start();
    const url = gone.url('/');
    await gone.stop();
    assert.equal(await kindOf(post(url)), 'refused');
  });

  it('uses connections again, and survives that the server closed one', async () => {
    app.reply('/voice', '<Response/>');
    app.reply('/stale', reset, '<Response/>');
    const callback = { retryBroken: 'reused-connection' } as const;
    await sender.send(post('/voice', callback));
    await sender.send(post('/voice', callback));
    assert.equal(app.connections, 1);
    assert.equal(await kindOf(post('/stale', callback)), '200');
    app.reply('/new', reset);
    assert.equal(await kindOf(post('/new', callback)), 'connection');
  });

  it('takes the status for enough where the body does not matter', async () => {
    app.reply('/status', brokenOff(206));
    assert.equal(await kindOf(post('/status', { overLimit: 'cut' })), '206');
  });

  it('tells an unknown host and a URL that is none', async () => {
    const resolve: Resolve = async () => {
      throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    };
    const lost = made({ resolve });
    assert.equal(await kindOf(post('http://app.example/'), lost), 'unknown-host');
    for (const url of ['', 'voice.xml', 'http://', 'ftp://a.example/', 'mailto:a@b', 'javascript:1'])
      assert.equal(await kindOf(post(url)), 'invalid-url', url);
  });

  it('does not wait for a name server that hangs longer than for a connection', async () => {
    const lost = made({ resolve: () => new Promise(() => undefined), connectTimeoutMs: 50, timeoutMs: 5000 });
    const result = await lost.send(post('http://app.example/'));
    assert.ok(!result.ok && result.kind === 'timeout' && result.durationMs < 2000, JSON.stringify(result));
  });

  it('never rejects, whatever it is given', async () => {
    const odd = [
      post('http://unix:/var/run/docker.sock:/info'),
      post('/voice', { token: 'a\nb' }),
      post('/voice', { headers: { 'bad name': 'x' } }),
      get('http://a.example:0/'),
      post(`http://${'a'.repeat(300)}.example/`),
    ];
    for (const request of odd) assert.equal((await sender.send(request)).ok, false, request.url);
  });

  it('gives up when the caller does', async () => {
    app.reply('/voice', hang);
    const aborter = new AbortController();
    const sent = kindOf(post('/voice', { signal: aborter.signal }));
    await app.waitFor(1);
    aborter.abort();
    assert.equal(await sent, 'aborted');
    assert.equal(await kindOf(post('/voice', { signal: AbortSignal.abort() })), 'aborted');
  });

  describe('to something that is no HTTP server', () => {
    let server: Server;
    let answer: string | Buffer = '';

    beforeEach(async () => {
      server = createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.once('data', () => socket.end(answer));
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
    });
    afterEach(async () => {
      const closed = once(server, 'close');
      server.close();
      await closed;
    });

    const url = (scheme: string) => `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`;

    for (const [what, bytes] of [
      ['garbage', Buffer.from([0, 1, 2, 3, 255, 254, 10, 10])],
      ['another protocol', '220 mail.example ESMTP\r\n'],
      ['broken chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhi'],
      [
        'a body that is not gzip',
        'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\noops',
      ],
    ] as const) {
      it(`says so about ${what}`, async () => {
        answer = bytes;
        assert.equal(await kindOf(post(url('http'))), 'protocol');
      });
    }

    it('tells a failed TLS handshake', async () => {
      answer = 'HTTP/1.1 400 Bad Request\r\n\r\n';
      assert.equal(await kindOf(post(url('https'))), 'tls');
    });
  });
});
