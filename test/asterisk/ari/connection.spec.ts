import assert from 'node:assert/strict';
import { AriError } from '../../../src/asterisk/ari/ari-error.ts';
import { AriConnection, type AriOptions } from '../../../src/asterisk/ari/connection.ts';
import { systemClock } from '../../../src/clock.ts';
import { FakeAriServer, PASSWORD, USERNAME } from '../../support/fake-ari-server.ts';
import { waitUntil } from '../../support/wait-until.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const DEADLINE_MS = 250;

const ALL_CHANNELS = 'POST /ari/applications/test/subscription?eventSource=channel%3A';

describe('The ARI connection', () => {
  const server = new FakeAriServer();
  const connections: AriConnection[] = [];
  const uncaught: unknown[] = [];
  const onUncaught = (error: unknown) => void uncaught.push(error);

  function connection(options: Partial<AriOptions> = {}): AriConnection {
    const made = new AriConnection({
      url: server.url,
      username: USERNAME,
      password: PASSWORD,
      app: 'test',
      clock: systemClock,
      log: quiet,
      requestDeadlineMs: DEADLINE_MS,
      pingMs: 100,
      ...options,
    });
    connections.push(made);
    return made;
  }

  beforeEach(async () => {
    server.answer = () => false;
    server.handshake = 101;
    server.turnedAway = 0;
    server.deaf = false;
    server.requests.length = 0;
    server.startupTime = '2026-01-01T00:00:00.000+0000';
    uncaught.length = 0;
    process.on('uncaughtException', onUncaught);
    process.on('unhandledRejection', onUncaught);
    await server.start();
  });

  afterEach(async () => {
    for (const one of connections.splice(0)) one.close();
    await server.stop();
    process.off('uncaughtException', onUncaught);
    process.off('unhandledRejection', onUncaught);
    assert.deepEqual(uncaught, []);
  });

  async function statusOf(work: Promise<unknown>): Promise<{ status: number; code: string }> {
    try {
      await work;
    } catch (error) {
      assert.ok(error instanceof AriError);
      return { status: error.status, code: error.code };
    }
    throw new Error('was not refused');
  }

  it('connects, filters the events that it uses, hears of all channels, and runs operations', async () => {
    const ari = connection();
    assert.equal(ari.state(), 'down');
    await ari.connect();
    assert.equal(ari.state(), 'up');
    assert.ok(server.requests.includes('PUT /ari/applications/test/eventFilter'));
    assert.ok(server.requests.includes(ALL_CHANNELS));
    assert.deepEqual(await ari.run('asterisk', 'ping'), { ping: 'pong' });
    assert.deepEqual(await ari.run('channels', 'list'), []);
  });

  it('that may not act any more sends no command and breaks off; it connects again when it may', async () => {
    let mayAct = true;
    const ari = connection({ mayAct: () => mayAct });
    await ari.connect();
    server.answer = ({ url }) => url?.includes('/channels') === true;
    const hanging = statusOf(ari.run('channels', 'list'));
    await waitUntil('it was sent', () =>
      server.requests.some((request) => request.includes('/ari/channels')),
    );
    mayAct = false;
    ari.interrupt();
    assert.deepEqual(await hanging, { status: 0, code: 'unavailable' });
    await waitUntil('it is down', () => ari.state() === 'down');
    server.requests.length = 0;
    assert.deepEqual(await statusOf(ari.run('asterisk', 'ping')), { status: 0, code: 'unavailable' });
    assert.deepEqual(server.requests, []);
    mayAct = true;
    await waitUntil('it is up again', () => ari.state() === 'up');
    assert.deepEqual(await ari.run('asterisk', 'ping'), { ping: 'pong' });
  });

  it('says at the start that the credentials are wrong, and does not crash', async () => {
    await assert.rejects(connection({ password: 'wrong' }).connect(), {
      name: 'AriError',
      status: 401,
      message: `Asterisk at ${server.url} refuses the ARI user "legwork"`,
    });
  });

  it('waits while Asterisk is still loading and answers 404 in HTML', async () => {
    let loading = 2;
    server.answer = (request, response) => {
      if (loading === 0 || !request.url?.startsWith('/ari/asterisk/info')) return false;
      loading -= 1;
      response.writeHead(404, { 'Content-Type': 'text/html' });
      response.end('<html><title>404 Not Found</title></html>');
      return true;
    };
    const ari = connection();
    await ari.connect();
    assert.equal(ari.state(), 'up');
  });

  it('waits while nobody listens, and connects when Asterisk comes', async () => {
    await server.stop();
    const waits: string[] = [];
    const ari = connection({ log: { ...quiet, info: (_fields, message) => void waits.push(message) } });
    const connected = ari.connect();
    await waitUntil('it has tried', () => waits.length > 0);
    assert.equal(waits[0], 'waiting for Asterisk');
    await server.start();
    await connected;
    assert.equal(ari.state(), 'up');
  });

  it('does not hang on a host that accepts and never answers', async () => {
    let mute = true;
    server.answer = () => mute;
    const ari = connection();
    const connected = ari.connect();
    await waitUntil('a second attempt', () => server.requests.length >= 2);
    mute = false;
    await connected;
  });

  it('does not hang when the description of the API never comes', async () => {
    let mute = true;
    server.answer = (request) => mute && request.url === '/ari/api-docs/channels.json';
    const ari = connection();
    const connected = ari.connect();
    await waitUntil(
      'a second attempt',
      () => server.requests.filter((one) => one === 'GET /ari/api-docs/resources.json').length > 2,
    );
    mute = false;
    await connected;
  });

  it('ends waiting when it is closed', async () => {
    await server.stop();
    const ari = connection();
    const connected = ari.connect();
    ari.close();
    assert.deepEqual(await statusOf(connected), { status: 0, code: 'unavailable' });
    await server.start();
  });

  describe('refuses a request', () => {
    let ari: AriConnection;
    const answer = () => statusOf(ari.run('channels', 'answer', { channelId: '1' }));

    beforeEach(async () => {
      ari = connection();
      await ari.connect();
    });

    for (const [status, code] of [
      [400, 'invalid'],
      [403, 'invalid'],
      [404, 'gone'],
      [409, 'conflict'],
      [412, 'conflict'],
      [422, 'conflict'],
      [500, 'unavailable'],
      [503, 'unavailable'],
    ] as const) {
      it(`with the status ${status} as ${code}`, async () => {
        server.answer = (_, response) => {
          response.writeHead(status).end('{"message":"no"}');
          return true;
        };
        assert.deepEqual(await answer(), { status, code });
      });
    }

    it('as unavailable when the socket is reset', async () => {
      server.answer = (request) => {
        request.socket.destroy();
        return true;
      };
      assert.deepEqual(await answer(), { status: 0, code: 'unavailable' });
    });

    it('as unavailable when no answer comes within the deadline', async () => {
      server.answer = () => true;
      const before = systemClock.now();
      assert.deepEqual(await answer(), { status: 0, code: 'unavailable' });
      assert.ok(systemClock.now() - before < DEADLINE_MS * 4);
    });

    it('as unavailable when the answer breaks off', async () => {
      server.answer = (request, response) => {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('{"half":');
        setImmediate(() => request.socket.destroy());
        return true;
      };
      assert.deepEqual(await statusOf(ari.run('asterisk', 'ping')), { status: 0, code: 'unavailable' });
    });

    it('as unavailable when the answer is not JSON', async () => {
      server.answer = (_, response) => {
        response.writeHead(200).end('{"ping":');
        return true;
      };
      assert.deepEqual(await statusOf(ari.run('asterisk', 'ping')), { status: 0, code: 'unavailable' });
    });

    it('as invalid when a part of the path is missing', async () => {
      assert.deepEqual(await statusOf(ari.run('channels', 'answer')), { status: 400, code: 'invalid' });
    });

    it('as invalid when this Asterisk does not know the operation', async () => {
      assert.deepEqual(await statusOf(ari.run('channels', 'levitate')), { status: 405, code: 'invalid' });
    });
  });

  it('answers 300 requests at once over a bounded pool', async () => {
    const ari = connection({ requestDeadlineMs: 5_000 });
    await ari.connect();
    let open = 0;
    let most = 0;
    server.answer = (_, response) => {
      open += 1;
      most = Math.max(most, open);
      setImmediate(() => {
        open -= 1;
        response.end('{"ping":"pong"}');
      });
      return true;
    };
    const answers = await Promise.all(Array.from({ length: 300 }, () => ari.run('asterisk', 'ping')));
    assert.equal(answers.length, 300);
    assert.ok(most <= 40, `${most} at once`);
  });

  it('keeps several connections with different credentials apart', async () => {
    const right = connection();
    await right.connect();
    await assert.rejects(connection({ password: 'wrong' }).connect());
    assert.deepEqual(await right.run('asterisk', 'ping'), { ping: 'pong' });
  });

  describe('hears events', () => {
    it('of any type, and goes on after one that is not JSON', async () => {
      const ari = connection();
      const events: unknown[] = [];
      ari.onEvent(() => {
        throw new Error('a bug in a listener');
      });
      ari.onEvent((event) => events.push(event));
      await ari.connect();
      server.send('{"type":');
      server.send({ type: 'FromTheFuture', channel: { id: '1' } });
      server.send({ type: 'StasisEnd', channel: { id: '2' } });
      await waitUntil('two events', () => events.length === 2);
      assert.deepEqual(events, [
        { type: 'FromTheFuture', channel: { id: '1' } },
        { type: 'StasisEnd', channel: { id: '2' } },
      ]);
    });
  });

  describe('comes back', () => {
    let ari: AriConnection;
    let ups: boolean[];
    let downs: number;

    beforeEach(async () => {
      ari = connection();
      ups = [];
      downs = 0;
      ari.onUp(({ restarted }) => void ups.push(restarted));
      ari.onDown(() => {
        downs += 1;
      });
      await ari.connect();
    });

    it('when the event socket drops, and filters again', async () => {
      server.requests.length = 0;
      server.sockets[0]?.terminate();
      await waitUntil('up again', () => ups.length === 2);
      assert.deepEqual({ ups, downs, state: ari.state() }, { ups: [false, false], downs: 1, state: 'up' });
      assert.ok(server.requests.includes('PUT /ari/applications/test/eventFilter'));
      assert.ok(server.requests.includes(ALL_CHANNELS));
      const events: unknown[] = [];
      ari.onEvent((event) => events.push(event));
      server.send({ type: 'A' });
      await waitUntil('an event', () => events.length === 1);
      assert.deepEqual(events, [{ type: 'A' }]);
    });

    it('when Asterisk restarts, and says so', async () => {
      await server.stop();
      await waitUntil('down', () => ari.state() === 'down');
      server.startupTime = '2026-01-01T01:00:00.000+0000';
      await server.start();
      await waitUntil('up again', () => ups.length === 2);
      assert.deepEqual(ups, [false, true]);
    });

    for (const handshake of [401, 404, 503]) {
      it(`when Asterisk answered ${handshake} for a while`, async () => {
        server.handshake = handshake;
        server.sockets[0]?.terminate();
        await waitUntil('down', () => ari.state() === 'down');
        await waitUntil('it was refused twice', () => server.turnedAway === 2);
        server.handshake = 101;
        await waitUntil('up again', () => ups.length === 2);
      });
    }

    it('when a handshake got no answer', async () => {
      server.handshake = 0;
      server.sockets[0]?.terminate();
      await waitUntil('it waits for the answer', () => server.turnedAway === 1);
      assert.equal(ari.state(), 'down');
      server.handshake = 101;
      await waitUntil('up again', () => ups.length === 2);
    });

    it('when the other side is silent and sends no pong', async () => {
      server.sockets[0]?.pause();
      await waitUntil('up again', () => ups.length === 2);
      assert.equal(downs, 1);
    });

    it('when the other side answers, and sends no events any more', async () => {
      server.deaf = true;
      await waitUntil('down', () => ari.state() === 'down');
      server.deaf = false;
      await waitUntil('up again', () => ups.length === 2);
      assert.deepEqual({ ups, downs }, { ups: [false, false], downs: 1 });
    });

    it('when Asterisk has lost the application', async () => {
      let lost = true;
      server.answer = (request, response) => {
        if (!lost || !request.url?.startsWith('/ari/events/user/')) return false;
        lost = false;
        response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"No application"}');
        return true;
      };
      await waitUntil('up again', () => ups.length === 2);
      assert.equal(downs, 1);
    });

    it('when Asterisk took the socket but not the application', async () => {
      let refuse = true;
      server.answer = (request, response) => {
        if (!refuse || request.method !== 'PUT') return false;
        refuse = false;
        response.writeHead(404).end();
        return true;
      };
      server.sockets[0]?.terminate();
      await waitUntil('up again', () => ups.length === 2);
      assert.equal(refuse, false);
    });
  });
});
