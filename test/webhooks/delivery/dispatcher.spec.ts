import assert from 'node:assert/strict';
import { destinationOf } from '../../../src/call/callbacks-queue.ts';
import type { NewCallback } from '../../../src/call/journal-store.ts';
import { systemClock } from '../../../src/clock.ts';
import { CallbackDispatcher, type DispatcherOptions } from '../../../src/webhooks/delivery/dispatcher.ts';
import type { HttpSender } from '../../../src/webhooks/http-request.ts';
import { ApplicationServer, hang, reset } from '../../support/application-server.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryCallbackQueue } from '../../support/memory-callback-queue.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { localSender } from '../../support/webhook-sender.ts';

const TOKEN = 'secret-auth-token';

describe('the delivery of callbacks', () => {
  let app: ApplicationServer;
  let queue: MemoryCallbackQueue;
  let sender: HttpSender;
  let dispatcher: CallbackDispatcher;
  let warnings: string[];
  const others: ApplicationServer[] = [];
  const dispatchers: CallbackDispatcher[] = [];
  let serial = 0;

  beforeEach(async () => {
    app = await ApplicationServer.start();
    queue = new MemoryCallbackQueue();
    sender = localSender({ timeoutMs: 5000 });
    warnings = [];
    dispatcher = made();
  });

  afterEach(async () => {
    // The servers first: what hangs there breaks off, and nobody waits for the time limit.
    for (const server of [app, ...others.splice(0)]) await server.stop();
    for (const one of dispatchers.splice(0)) await one.stop();
    sender.close();
  });

  function made(options: Partial<DispatcherOptions> = {}): CallbackDispatcher {
    const one = new CallbackDispatcher({
      queue,
      sender,
      clock: systemClock,
      policy: { scheduleS: [0.03, 0.06], random: () => 0.5 },
      authToken: async (sid) => (sid === 'AC1' ? TOKEN : undefined),
      log: { warn: (_fields, message) => warnings.push(message) },
      ...options,
    });
    dispatchers.push(one);
    return one;
  }

  function callback(callSid: string, event: string, url = app.url('/status')): NewCallback {
    serial += 1;
    return {
      sid: `CB${serial}`,
      accountSid: 'AC1',
      callSid,
      url,
      method: 'POST',
      parameters: [
        ['CallSid', callSid],
        ['CallEvent', event],
      ],
      createdAt: systemClock.now(),
    };
  }

  function owe(...callbacks: readonly NewCallback[]): void {
    queue.add(...callbacks);
    dispatcher.wake();
  }

  function allSettled(): Promise<void> {
    return waitUntil('all is settled', async () => (await queue.pending()).count === 0);
  }

  const states = () => queue.rows.map(({ state, attempts }) => `${state} ${attempts}`);
  const events = () => app.requests.map(({ params }) => `${params['CallSid']} ${params['CallEvent']}`);

  it('sends what is owed at start, and what is committed later, signed and with its token', async () => {
    app.reply('/status', { status: 204 });
    queue.add(callback('CA1', 'initiated'));
    dispatcher.start();
    await app.waitFor(1);
    owe(callback('CA1', 'ringing'));
    await app.waitFor(2);
    await dispatcher.idle();
    assert.deepEqual(events(), ['CA1 initiated', 'CA1 ringing']);
    assert.deepEqual(states(), ['delivered 1', 'delivered 1']);
    assert.ok(app.requests.every((request) => request.signatureValid(TOKEN)));
    assert.deepEqual(
      app.requests.map(({ headers }) => headers['i-idempotency-token']),
      queue.rows.map(({ sid }) => sid),
    );
    assert.deepEqual(warnings, []);
  });

  it('notes each attempt with time, status and the first bytes of the reply', async () => {
    app.reply('/status', { status: 500, body: 'ill' }, reset, { body: `${'y'.repeat(5000)}` });
    queue.add(callback('CA1', 'completed'));
    dispatcher.start();
    await allSettled();
    const [row] = queue.rows;
    assert.deepEqual(
      queue.attempts.map(({ at, durationMs, timing, ...rest }) => {
        assert.ok(Math.abs(at - systemClock.now()) < 5000 && durationMs >= 0 && durationMs < 5000);
        assert.notEqual(timing?.firstByteMs, undefined);
        return rest;
      }),
      [
        { callbackSid: row?.sid, status: 500, responseHead: 'ill' },
        // The connection was an old one: that it broke says nothing, and it was tried again at once.
        { callbackSid: row?.sid, status: 200, responseHead: 'y'.repeat(2048) },
      ],
    );
  });

  it('keeps the order of a leg and URL while the first one is refused again and again', async () => {
    app.reply('/status', { status: 500 }, { status: 503 }, { status: 204 });
    queue.add(callback('CA1', 'initiated'), callback('CA1', 'ringing'), callback('CA1', 'completed'));
    dispatcher.start();
    await allSettled();
    assert.deepEqual(events(), [
      'CA1 initiated',
      'CA1 initiated',
      'CA1 initiated',
      'CA1 ringing',
      'CA1 completed',
    ]);
    const tokens = new Set(app.requests.slice(0, 3).map(({ headers }) => headers['i-idempotency-token']));
    assert.equal(tokens.size, 1);
    assert.deepEqual(states(), ['delivered 3', 'delivered 1', 'delivered 1']);
  });

  it('goes on with the next of the leg when one is given up', async () => {
    app.reply('/status', { status: 410 }, { status: 404 }, { status: 404 }, { status: 200 });
    queue.add(callback('CA1', 'initiated'), callback('CA1', 'ringing'), callback('CA1', 'completed'));
    dispatcher.start();
    await allSettled();
    assert.deepEqual(states(), ['failed 1', 'failed 2', 'delivered 1']);
    assert.deepEqual(
      queue.rows.map(({ reason }) => reason),
      ['HTTP 410', 'HTTP 404', undefined],
    );
  });

  it('lets no leg, and no URL of the same leg, wait for another', async () => {
    app.reply('/status', hang);
    app.reply('/other', { status: 204 });
    queue.add(callback('CA1', 'initiated'), callback('CA1', 'ringing'));
    queue.add(callback('CA1', 'initiated', app.url('/other')), callback('CA2', 'ringing', app.url('/other')));
    dispatcher.start();
    await app.waitFor((requests) => requests.filter(({ path }) => path === '/other').length === 2, 4000);
    assert.equal(app.to('/status').length, 1);
  });

  it('delays nobody because of receivers that hang, however much they are owed', async () => {
    const dead = await ApplicationServer.start();
    others.push(dead);
    dead.reply('/status', hang);
    for (let leg = 0; leg < 300; leg += 1) queue.add(callback(`CA${leg}`, 'initiated', dead.url('/status')));
    dispatcher.start();
    await dead.waitFor(8);
    app.reply('/status', { status: 204 });
    const startedAt = systemClock.now();
    for (let leg = 0; leg < 50; leg += 1) owe(callback(`CB${leg}`, 'initiated'));
    await app.waitFor(50);
    assert.ok(systemClock.now() - startedAt < 4000, 'they waited for the time-out of the other receiver');
    assert.equal(dead.requests.length, 8);
  });

  it('lets no account wait for one whose callbacks hang on the same host', async () => {
    app.reply('/hang', hang);
    app.reply('/ok', { status: 204 });
    dispatcher = made({ authToken: async () => TOKEN });
    for (let leg = 0; leg < 24; leg += 1) {
      queue.add({ ...callback(`CA${leg}`, 'completed', app.url('/hang')), accountSid: 'AC2' });
    }
    dispatcher.start();
    await app.waitFor(8);
    const final = callback('CB1', 'completed', app.url('/ok'));
    queue.add(final);
    dispatcher.owed([{ destination: destinationOf(final), at: final.createdAt }]);
    await app.waitFor(9);
    assert.deepEqual(
      app.requests.map(({ path }) => path).sort(),
      [...Array.from({ length: 8 }, () => '/hang'), '/ok'].sort(),
    );
  });

  it('sends more and more at a time to a receiver that answers', async () => {
    let running = 0;
    let most = 0;
    app.reply('/status', (_request, response) => {
      running += 1;
      most = Math.max(most, running);
      response.on('finish', () => (running -= 1));
      return { status: 204, delayMs: 20 };
    });
    for (let leg = 0; leg < 300; leg += 1) queue.add(callback(`CA${leg}`, 'completed'));
    dispatcher.start();
    await allSettled();
    assert.ok(most > 16 && most <= 64, String(most));
    assert.equal(app.requests.length, 300);
  });

  for (const hours of [-1, 25]) {
    it(`does not care when the clock of the machine is set by ${hours} hours between two tries`, async () => {
      let ahead = 0;
      const clock = { ...systemClock, now: () => systemClock.now() + ahead };
      dispatcher = made({ clock, policy: { scheduleS: [0.2], random: () => 0.5 } });
      app.reply('/status', { status: 500 }, { status: 500 }, { status: 500 }, { status: 204 });
      queue.add(callback('CA1', 'completed'));
      dispatcher.start();
      await app.waitFor(1);
      ahead = hours * 3_600_000;
      const startedAt = systemClock.steady();
      await allSettled();
      assert.deepEqual(states(), ['delivered 4']);
      assert.ok(systemClock.steady() - startedAt < 3000);
    });
  }

  it('asks a receiver that hangs with one request at a time, and again with all when it answers', async () => {
    sender.close();
    sender = localSender({ timeoutMs: 60 });
    dispatcher = made();
    let hanging = 0;
    let most = 0;
    let well = false;
    app.reply('/status', (_request, response) => {
      if (well) return { status: 204 };
      hanging += 1;
      // Until all of the first eight have timed out, their places are filled again.
      if (app.requests.length > 16) most = Math.max(most, hanging);
      response.on('close', () => (hanging -= 1));
      return undefined;
    });
    for (let leg = 0; leg < 40; leg += 1) queue.add(callback(`CA${leg}`, 'initiated'));
    dispatcher.start();
    await app.waitFor(22);
    // The server hears a little later that a request was given up.
    assert.ok(most <= 2, String(most));
    assert.ok(queue.claims <= 2, 'those that wait are left to others');
    well = true;
    await allSettled();
    assert.ok(queue.rows.every(({ state }) => state === 'delivered'));
  });

  it('sends at most so many at once to one receiver', async () => {
    dispatcher = made({ limits: { total: 5, perDestination: 3 } });
    let running = 0;
    let most = 0;
    app.reply('/status', (_request, response) => {
      running += 1;
      most = Math.max(most, running);
      response.on('finish', () => (running -= 1));
      return { status: 204, delayMs: 5 };
    });
    for (let leg = 0; leg < 30; leg += 1) queue.add(callback(`CA${leg}`, 'initiated'));
    dispatcher.start();
    await allSettled();
    assert.equal(most, 3);
    assert.equal(app.requests.length, 30);
  });

  it('lets nobody wait for the database who need not', async () => {
    const [first, second, quick] = ['/a', '/b', '/c'].map((path) =>
      callback('CA1', 'initiated', app.url(path)),
    );
    assert.ok(first && second && quick);
    for (const path of ['/a', '/b', '/c']) app.reply(path, { status: 204 });
    let release: () => void = () => undefined;
    const waits = new Promise<void>((resolve) => (release = resolve));
    for (const one of [first, second]) queue.slow.set(destinationOf(one), waits);
    queue.add(first);
    dispatcher.start();
    await waitUntil('the first is asked for', () => queue.asked.length > 0);
    queue.add(second, quick);
    dispatcher.owed([second, quick].map((one) => ({ destination: destinationOf(one), at: 0 })));
    await app.waitFor(() => app.to('/c').length === 1);
    assert.deepEqual([app.to('/a').length, app.to('/b').length], [0, 0]);
    release();
    await allSettled();
    assert.deepEqual(
      ['/a', '/b', '/c'].map((path) => app.to(path).length),
      [1, 1, 1],
    );
  });

  it('loses nothing while the store fails, and sends nothing twice', async () => {
    app.reply('/status', async () => {
      queue.fail(2);
      return { status: 204 };
    });
    queue.add(callback('CA1', 'initiated'));
    queue.fail(1);
    dispatcher.start();
    await allSettled();
    assert.deepEqual([states(), app.requests.length], [['delivered 1'], 1]);
    assert.ok(warnings.includes('callbacks cannot be claimed, trying again'));
    assert.ok(warnings.includes('a callback was sent but cannot be settled'));
  });

  it('asks less and less often what is owed while that fails, though what is at hand is sent meanwhile', async () => {
    const clock = new FakeClock();
    let reads = 0;
    queue.owed = () => {
      reads += 1;
      return Promise.reject(new Error('the store fails'));
    };
    const reply = {
      ok: true,
      url: '',
      status: 204,
      headers: {},
      body: Buffer.alloc(0),
      durationMs: 1,
    } as const;
    dispatcher = made({ clock, sender: { send: () => Promise.resolve(reply), close() {} } });
    dispatcher.start();
    for (let passedMs = 0; passedMs < 30_000; passedMs += 100) {
      const one = { ...callback('CA1', `${passedMs}`), createdAt: clock.now() };
      queue.add(one);
      dispatcher.owed([{ destination: destinationOf(one), at: clock.steady() }]);
      await clock.advance(100);
    }
    assert.deepEqual(new Set(states()), new Set(['delivered 1']));
    // At once, and 0.2, 1, 5 and 15 s after each failure.
    assert.equal(reads, 5);
  });

  it('repeats with the same token what was sent and not settled when the process died', async () => {
    app.reply('/status', hang, { status: 204 });
    queue.add(callback('CA1', 'initiated'));
    const died = made();
    died.start();
    await app.waitFor(1);
    queue.forgetClaims();
    dispatcher.start();
    await app.waitFor(2);
    const tokens = app.requests.map(({ headers }) => headers['i-idempotency-token']);
    assert.equal(tokens[0], tokens[1]);
  });

  it('waits at the end for those under way and leaves the others owed and unclaimed', async () => {
    dispatcher = made({ limits: { total: 2, perDestination: 1 } });
    app.reply('/status', { status: 204, delayMs: 30 });
    queue.add(callback('CA1', 'initiated'), callback('CA2', 'initiated'), callback('CA1', 'ringing'));
    dispatcher.start();
    await app.waitFor(1);
    await dispatcher.stop();
    assert.deepEqual(states(), ['delivered 1', 'pending 0', 'pending 0']);
    assert.equal(queue.claims, 0);
    assert.equal(app.requests.length, 1);
    await dispatcher.idle();
  });

  it('gives up what belongs to no account, and waits when the store cannot tell', async () => {
    app.reply('/status', { status: 204 });
    let asked = 0;
    dispatcher = made({
      authToken: async (sid) => {
        asked += 1;
        if (asked === 1) throw new Error('the store cannot do it now');
        return sid === 'AC1' ? TOKEN : undefined;
      },
    });
    queue.add(callback('CA1', 'initiated'));
    dispatcher.start();
    await allSettled();
    owe({ ...callback('CA2', 'initiated'), accountSid: 'AC9' });
    await allSettled();
    assert.deepEqual(states(), ['delivered 1', 'failed 1']);
    assert.equal(app.requests.length, 1);
  });

  it('never puts a secret into its log', async () => {
    const fields: unknown[] = [];
    dispatcher = made({ log: { warn: (field) => fields.push(field) } });
    app.reply('/status', async () => {
      queue.fail(1);
      return { status: 204 };
    });
    queue.add(callback('CA1', 'initiated', app.url('/status?key=hush').replace('http://', 'http://u:hush@')));
    dispatcher.start();
    await allSettled();
    assert.ok(fields.length > 0);
    assert.ok(
      !JSON.stringify(fields, (_key, value) => (value instanceof Error ? String(value.stack) : value)).match(
        /hush|secret/,
      ),
    );
    assert.ok(!JSON.stringify(queue.attempts).includes('hush'));
  });
});
