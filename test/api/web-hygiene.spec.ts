import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { startHttpServer } from '../../src/api/http/http-server.ts';
import { RateLimiter } from '../../src/api/http/rate-limiter.ts';
import { RATE_LIMITS } from '../../src/api/http/rate-limits.ts';
import { basic, type FakeApi, startFakeApi } from '../support/fake-api.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { sendSlowly } from '../support/slow-sender.ts';

const MEGABYTE = Buffer.alloc(1 << 20, 'x');
const TOO_MUCH = 'x'.repeat(150_000);

/** All that comes until the other side ends or breaks off. */
async function everything(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  // Who is cut off while he sends gets a reset, which is what he deserves.
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(parts).toString();
}

/** The status line, as soon as it is there. */
async function firstLine(socket: Socket): Promise<string> {
  let text = '';
  socket.on('error', () => undefined);
  for (let end = -1; end < 0; end = text.indexOf('\r\n')) {
    const [part] = (await once(socket, 'data')) as [Buffer];
    text += part.toString();
  }
  return text.slice(0, text.indexOf('\r\n'));
}

describe('Over real sockets, the API', () => {
  let api: FakeApi;
  let path: string;
  beforeEach(async () => {
    api = await startFakeApi();
    path = `/2012-04-24/Accounts/${api.main.sid}/Calls.json`;
  });
  afterEach(() => api.close());

  function open(): Socket {
    return connect(Number(new URL(api.url).port), '127.0.0.1');
  }
  const authorized = () => `Host: x\r\nAuthorization: ${basic(api.main.sid, api.main.authToken)}\r\n`;

  /** Sends 100 MB as fast as they are taken; gives how many went before the connection was closed. */
  async function pour(socket: Socket, chunked: boolean): Promise<number> {
    let megabytes = 0;
    while (megabytes < 100 && !socket.destroyed && socket.writable) {
      megabytes += 1;
      if (chunked) socket.write(`${MEGABYTE.length.toString(16)}\r\n`);
      const isRoom = socket.write(MEGABYTE);
      if (chunked) socket.write('\r\n');
      if (!isRoom) await once(socket, 'drain').catch(() => undefined);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return megabytes;
  }

  const FORM = 'Content-Type: application/x-www-form-urlencoded\r\n';
  for (const [title, length, chunked] of [
    ['that says so', `Content-Length: ${100 << 20}\r\n`, false],
    ['that does not say so', 'Transfer-Encoding: chunked\r\n', true],
  ] as const) {
    it(`refuses a body of 100 MB ${title}, and does not read it to its end`, async () => {
      const socket = open();
      const reply = firstLine(socket);
      socket.write(`POST ${path} HTTP/1.1\r\n${authorized()}${FORM}${length}\r\n`);
      // More than is taken, and little enough that the reply is read before the rest is sent into a closed connection.
      if (chunked) socket.write(`${TOO_MUCH.length.toString(16)}\r\n${TOO_MUCH}\r\n`);
      assert.equal(await reply, 'HTTP/1.1 413 Payload Too Large');
      const sent = await pour(socket, chunked);
      socket.destroy();
      assert.ok(sent < 100, `${sent} MB were taken`);
      assert.deepEqual(api.calls.orders, []);
      assert.equal((await api.request('GET', 'Calls.json')).status, 200);
    });
  }

  it('answers 413 to a body that is a little too large', async () => {
    const reply = await api.request('POST', 'Calls.json', { form: { To: 'x'.repeat(110_000) } });
    assert.deepEqual([reply.status, reply.json?.['code']], [413, 20001]);
  });

  it('answers 401 to 100 MB of somebody whom it does not know, without reading them', async () => {
    const socket = open();
    const reply = firstLine(socket);
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${FORM}Content-Length: ${100 << 20}\r\n\r\n`);
    assert.equal(await reply, 'HTTP/1.1 401 Unauthorized');
    const sent = await pour(socket, false);
    socket.destroy();
    assert.ok(sent < 100, `${sent} MB were taken`);
  });

  it('refuses a thousand headers, and one that does not end', async () => {
    for (const headers of [
      Array.from({ length: 1000 }, (_, index) => `X-${index}: ${'y'.repeat(20)}\r\n`).join(''),
      `X-Endless: ${'y'.repeat(100_000)}`,
    ]) {
      const socket = open();
      const reply = everything(socket);
      socket.write(`GET ${path} HTTP/1.1\r\n${authorized()}${headers}\r\n\r\n`);
      assert.match(await reply, /^HTTP\/1\.1 431 /);
    }
    assert.equal((await api.request('GET', 'Calls.json')).status, 200);
  });

  it('closes the connection of who does not speak HTTP', async () => {
    const socket = open();
    const reply = everything(socket);
    socket.write('\x16\x03\x01\x02\x00nonsense\r\n\r\n');
    assert.match(await reply, /^HTTP\/1\.1 400 /);
  });

  it('does not take a request apart in two ways', async () => {
    for (const lengths of [
      'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n',
      'Content-Length: 5\r\nContent-Length: 6\r\n',
    ]) {
      const socket = open();
      const reply = everything(socket);
      socket.write(`POST ${path} HTTP/1.1\r\n${authorized()}${lengths}\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`);
      const text = await reply;
      assert.match(text, /^HTTP\/1\.1 400 /);
      assert.equal(text.match(/HTTP\/1\.1 /g)?.length, 1);
    }
  });
});

describe('Slow senders', () => {
  const TIMEOUTS = { request: 300, headers: 150, check: 20 };

  it('lose their connection: of headers and of a body', async () => {
    const clock = new FakeClock();
    const options = { host: '127.0.0.1', port: 0, clock, timeouts: TIMEOUTS };
    const server = await startHttpServer((request) => void request.resume(), options);
    for (const head of [
      'GET / HTTP/1.1\r\nHost: x\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n',
    ]) {
      const socket = connect(server.port, '127.0.0.1');
      const reply = everything(socket);
      sendSlowly(socket, head);
      assert.match(await reply, /^HTTP\/1\.1 408 /);
    }
    await server.close();
  });
});

describe('Too many requests', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi({
      rateLimits: { perAddress: { perSecond: 2, burst: 8 }, perAccount: { perSecond: 1, burst: 3 } },
    });
  });
  afterEach(() => api.close());

  const ask = (as?: FakeApi['main'] | string) =>
    api.request('GET', `/2012-04-24/Accounts/${api.sub.sid}.json`, as === undefined ? {} : { as });
  const statuses = async (count: number, as?: FakeApi['main'] | string) => {
    const found: number[] = [];
    for (let index = 0; index < count; index += 1) found.push((await ask(as)).status);
    return found;
  };

  it('of one account get 429 with Retry-After; other accounts do not', async () => {
    assert.deepEqual(await statuses(4), [200, 200, 200, 429]);
    const refused = await ask();
    assert.deepEqual(
      [refused.json?.['code'], refused.json?.['message'], refused.headers.get('retry-after')],
      [20429, 'Too many requests from this account', '1'],
    );
    assert.deepEqual(await statuses(1, api.sub), [200]);
    await api.clock.advance(1000);
    assert.deepEqual(await statuses(2), [200, 429]);
  });

  for (const hours of [-1, 25]) {
    it(`get the same Retry-After when the clock of the machine is set by ${hours} hours`, async () => {
      assert.deepEqual(await statuses(4), [200, 200, 200, 429]);
      api.clock.jump(hours * 3_600_000);
      const refused = await ask();
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '1']);
      await api.clock.advance(1000);
      assert.deepEqual(await statuses(2), [200, 429]);
    });
  }

  it('of one address get 429, whoever it says it is, before anybody is looked up', async () => {
    assert.deepEqual(
      await statuses(8, ''),
      Array.from({ length: 8 }, () => 401),
    );
    const refused = await ask(api.main);
    assert.equal(refused.json?.['message'], 'Too many requests from this address');
    await api.clock.advance(1000);
    assert.equal((await ask(api.main)).status, 200);
    assert.equal((await api.request('GET', '/health')).status, 200);
  });

  it('leave room for calls as fast as Legwork takes them', () => {
    assert.ok(RATE_LIMITS.perAccount.perSecond >= 50 * 4);
  });

  it('are counted for ten thousand addresses at most', async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter(clock, { perSecond: 1, burst: 1 });
    assert.deepEqual([limiter.waitS('first'), limiter.waitS('first')], [0, 1]);
    for (let index = 0; index < 10_000; index += 1) limiter.waitS(String(index));
    assert.equal(limiter.waitS('first'), 0);
  });
});

describe('Every reply', () => {
  let api: FakeApi;
  before(async () => {
    api = await startFakeApi();
  });
  after(() => api.close());

  for (const path of ['Calls.json', '/health', '/nothing', '/docs', '/openapi.json', '/2012-04-24/x']) {
    it(`of ${path} has a request id and headers that keep browsers from guessing`, async () => {
      const { headers } = await api.request('GET', path);
      assert.match(headers.get('x-request-id') ?? '', /^[\w-]{36}$/);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
      assert.equal(headers.get('x-powered-by'), null);
      if (!path.startsWith('/')) assert.equal(headers.get('cache-control'), 'no-store');
    });
  }
});
