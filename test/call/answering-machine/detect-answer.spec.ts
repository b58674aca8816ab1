import assert from 'node:assert/strict';
import type { Talk } from '../../../src/call/answering-machine/answer-detector.ts';
import {
  DEFAULT_THRESHOLDS,
  type MachineDetection,
} from '../../../src/call/answering-machine/machine-detection.ts';
import type { ApiCallOrder } from '../../../src/rcml/run/api-call-order.ts';
import { createApiCall, endCall } from '../../../src/rcml/run/api-calls.ts';
import { modifyCall } from '../../../src/rcml/run/modify-call.ts';
import { POSITION_VERSION } from '../../../src/rcml/run/position.ts';
import { resumeCall } from '../../../src/rcml/run/resume-call.ts';
import { detectWhenAnswered } from '../../../src/call/answering-machine/detect-answer.ts';
import { ACCOUNT, CoreBench } from '../../support/core-bench.ts';

const HELLO: readonly (readonly [number, Talk])[] = [
  [500, { type: 'begins' }],
  [1_300, { type: 'ends', durationMs: 600 }],
];
const GREETING: readonly (readonly [number, Talk])[] = [[100, { type: 'begins' }]];
const SYNC: MachineDetection = { mode: 'Enable', thresholds: DEFAULT_THRESHOLDS, isAsync: false };
const ASYNC: MachineDetection = {
  ...SYNC,
  isAsync: true,
  callback: { url: 'http://app.test/amd', method: 'POST' },
};

const ORDER: ApiCallOrder = {
  accountSid: ACCOUNT,
  callee: { kind: 'client', name: 'bob' },
  headers: [],
  from: '1000',
  document: { kind: 'url', url: 'http://app.test/voice', method: 'POST' },
  timeoutS: 30,
};

/** Bob answers 100 ms after he was rung, and this is heard of him. */
async function callBob(machineDetection: MachineDetection, talk: typeof HELLO, bench = new CoreBench()) {
  bench.client('bob');
  bench.control.phones.set('bob', [[100, { type: 'answer' }]]);
  bench.control.talk = talk;
  bench.documents.on('http://app.test/voice', '<Response><Pause length="5"/></Response>');
  const created = await createApiCall({ ...ORDER, machineDetection }, bench.services);
  created?.start();
  assert.ok(created);
  await bench.clock.advance(100);
  return { bench, live: created.live };
}

function amdOf(bench: CoreBench) {
  return bench.store.entries.flatMap(({ events = [] }) =>
    events.filter(({ kind }) => kind === 'amd').map(({ data }) => data),
  );
}

function callbacksOf(bench: CoreBench) {
  return bench.store.entries.flatMap(({ callbacks = [] }) => callbacks);
}

describe('A call whose answerer is to be found out', () => {
  it('asks for its document only when that is known, and says it there', async () => {
    const { bench, live } = await callBob(SYNC, HELLO);
    await bench.clock.advance(2_200);
    assert.equal(bench.documents.requests.length, 0);
    await bench.clock.advance(200);
    const [request] = bench.documents.requests;
    const parameters = new Map(request?.parameters);
    assert.deepEqual(
      [parameters.get('AnsweredBy'), parameters.get('MachineDetectionDuration')],
      ['human', '2300'],
    );
    assert.deepEqual(live.leg.answeredBy, { by: 'human', durationMs: 2_300 });
    assert.deepEqual(amdOf(bench), [
      {
        answeredBy: 'human',
        durationMs: 2_300,
        cause: 'short-speech',
        heard: '+0.0 silence 0.5, +0.5 voice 0.6, +1.1 silence 1.2',
      },
    ]);
    await bench.clock.advance(10_000);
    assert.deepEqual(callbacksOf(bench), []);
    bench.check();
  });

  it('goes on meanwhile when it is asynchronous, and tells the result once', async () => {
    const { bench, live } = await callBob(ASYNC, GREETING);
    await bench.clock.advance(0);
    assert.equal(bench.documents.requests.length, 1);
    assert.equal(new Map(bench.documents.requests[0]?.parameters).has('AnsweredBy'), false);
    await bench.clock.advance(10_000);
    const [callback, ...more] = callbacksOf(bench);
    assert.deepEqual(more, []);
    assert.deepEqual([callback?.url, callback?.method], ['http://app.test/amd', 'POST']);
    assert.deepEqual(callback?.parameters, [
      ['CallSid', live.sid],
      ['AccountSid', ACCOUNT],
      ['AnsweredBy', 'machine_start'],
      ['MachineDetectionDuration', '2500'],
      ['From', '1000'],
      ['To', 'bob'],
      ['Timestamp', callback?.parameters.at(-1)?.[1] ?? ''],
    ]);
    bench.check();
  });

  it('has no result when the callee hangs up first', async () => {
    for (const order of [SYNC, ASYNC]) {
      const { bench, live } = await callBob(order, GREETING);
      await bench.clock.advance(1_000);
      bench.control.otherSideHangsUp(live.sid);
      await bench.clock.advance(10_000);
      assert.deepEqual([live.leg.answeredBy, amdOf(bench), callbacksOf(bench)], [undefined, [], []]);
      assert.deepEqual(bench.ends, [['bob', 'completed']]);
      assert.equal(bench.documents.requests.length, order.isAsync ? 1 : 0);
      bench.check();
    }
  });

  it('has no result when it is ended over REST meanwhile', async () => {
    const { bench, live } = await callBob(SYNC, GREETING);
    await endCall(live, bench.services);
    await bench.clock.advance(10_000);
    assert.deepEqual([amdOf(bench), bench.documents.requests], [[], []]);
    assert.deepEqual(bench.ends, [['bob', 'completed']]);
    bench.check();
  });

  it('goes on with the other document at once when it is modified meanwhile', async () => {
    const { bench, live } = await callBob(SYNC, GREETING);
    bench.documents.on('http://app.test/other', '<Response/>');
    const first = { url: 'http://app.test/other', method: 'POST' } as const;
    assert.equal(await modifyCall(live, { first, moveConnected: false }, bench.services), true);
    await bench.clock.advance(0);
    assert.deepEqual(
      bench.documents.requests.map(({ url }) => url),
      ['http://app.test/other'],
    );
    await bench.clock.advance(10_000);
    assert.deepEqual([live.leg.answeredBy, amdOf(bench)], [undefined, []]);
    bench.check();
  });

  it('runs without when too many are listened to, and says so', async () => {
    const bench = new CoreBench();
    const release = bench.detections.take();
    await callBob(SYNC, GREETING, bench);
    await bench.clock.advance(0);
    assert.equal(new Map(bench.documents.requests[0]?.parameters).get('AnsweredBy'), 'unknown');
    assert.equal(
      bench.store.notifications[0]?.message,
      'Nobody listened for an answering machine, because 1 calls were listened to already (AMD_MAX)',
    );
    release?.();
    await bench.clock.advance(10_000);
    bench.check();
  });

  it('is listened to anew when Legwork died meanwhile, and asks for its document once', async () => {
    const bench = new CoreBench();
    bench.control.talk = HELLO;
    bench.documents.on('http://app.test/voice', '<Response/>');
    const answeredAt = bench.clock.now();
    await bench.clock.advance(1_000);
    const live = bench.stored(
      { sid: `CA${'a'.repeat(32)}`, direction: 'outbound-api', machineDetection: SYNC },
      { phase: 'in-progress', initiatedAt: answeredAt, answeredAt },
    );
    const voice = { voiceUrl: 'http://app.test/voice', voiceMethod: 'POST' } as const;
    const methods = { voiceFallbackMethod: 'POST', statusCallbackMethod: 'POST' } as const;
    const position = {
      version: POSITION_VERSION,
      kind: 'dialling',
      order: { ...ORDER, machineDetection: SYNC },
      voice: { ...voice, ...methods },
      since: answeredAt,
    } as const;
    void resumeCall(live, position, bench.services);
    await bench.clock.advance(10_000);
    assert.deepEqual(live.leg.answeredBy, { by: 'human', durationMs: 3_300 });
    assert.deepEqual(
      bench.documents.requests.map(({ parameters }) => new Map(parameters).get('AnsweredBy')),
      ['human'],
    );
    assert.deepEqual(bench.ends, [['bob', 'completed']]);
    bench.check();
  });

  it('counts the time before a restart', async () => {
    const bench = new CoreBench();
    const answeredAt = bench.clock.now();
    await bench.clock.advance(29_000);
    const live = bench.stored(
      { sid: `CA${'a'.repeat(32)}`, direction: 'outbound-api', machineDetection: ASYNC },
      { phase: 'in-progress', initiatedAt: answeredAt, answeredAt },
    );
    detectWhenAnswered(live, bench.services);
    await bench.clock.advance(1_000);
    assert.deepEqual(live.leg.answeredBy, { by: 'unknown', durationMs: 30_000 });
    assert.equal(callbacksOf(bench).length, 1);
    bench.control.otherSideHangsUp(live.sid);
    await bench.clock.advance(0);
    bench.check();
  });
});
