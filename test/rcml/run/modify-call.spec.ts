import assert from 'node:assert/strict';
import type { LiveLeg } from '../../../src/call/leg/live-leg.ts';
import { takeInboundCall } from '../../../src/rcml/run/inbound-calls.ts';
import { modifyCall } from '../../../src/rcml/run/modify-call.ts';
import { resumeCall } from '../../../src/rcml/run/resume-call.ts';
import { ACCOUNT, CoreBench } from '../../support/core-bench.ts';
import { ANSWERS, RINGS } from '../../support/fake-call-control.ts';
import { waitUntil } from '../../support/wait-until.ts';

const VOICE_URL = 'http://app.test/voice';
const OTHER_URL = 'http://app.test/other';
const THIRD_URL = 'http://app.test/third';
const LONG = '<Response><Pause length="600"/></Response>';

/** Alice calls 1000, whose document is this; bob has a phone. */
async function aliceCalls(bench: CoreBench, document: string): Promise<LiveLeg> {
  bench.client('bob');
  bench.client('alice');
  bench.directory.numbers.push({
    sid: `PN${'0'.repeat(32)}`,
    accountSid: ACCOUNT,
    phoneNumber: '1000',
    voice: {
      voiceUrl: VOICE_URL,
      voiceMethod: 'POST',
      voiceFallbackMethod: 'POST',
      statusCallbackMethod: 'POST',
    },
  });
  bench.documents.on(VOICE_URL, document).on(OTHER_URL, LONG).on(THIRD_URL, LONG);
  const source = { kind: 'client', login: 'alice' } as const;
  void takeInboundCall(
    { channelId: 'c1', source, dialled: '1000', from: 'alice', sipHeaders: [] },
    bench.services,
  );
  await bench.clock.advance(0);
  return bench.legTo('1000');
}

async function modify(bench: CoreBench, live: LiveLeg, url: string, moveConnected = false): Promise<void> {
  const first = { url, method: 'POST' } as const;
  assert.equal(await modifyCall(live, { first, moveConnected }, bench.services), true);
  await bench.clock.advance(0);
}

async function everybodyHangsUp(bench: CoreBench): Promise<void> {
  for (const { sid } of bench.calls.all()) await bench.control.hangUp(sid, 'normal');
  await bench.clock.advance(0);
}

const dial = (callee: string) => `<Response><Dial>${callee}</Dial></Response>`;
const DIAL_BOB = dial('<Client>bob</Client>');

describe('Another document for a live call', () => {
  it('is run by a callee that still rings, when it answers: the last one that came', async () => {
    const bench = new CoreBench();
    bench.control.phones.set('bob', ANSWERS);
    await aliceCalls(bench, dial('<Client>bob</Client><Client>carol</Client>'));
    await bench.clock.advance(200);
    const bob = bench.legTo('bob');
    await modify(bench, bob, OTHER_URL);
    await modify(bench, bob, THIRD_URL);
    await bench.clock.advance(5000);
    assert.deepEqual(bench.documents.summary('CallSid').slice(1), [
      [`POST ${THIRD_URL}`, `CallSid=${bob.sid}`],
    ]);
    await everybodyHangsUp(bench);
    bench.check();
  });

  it('is run by a callee that still rings also when Legwork is killed before it answers', async () => {
    const bench = new CoreBench();
    bench.control.phones.set('bob', RINGS);
    await aliceCalls(bench, dial('<Client>bob</Client>'));
    await bench.clock.advance(200);
    const bob = bench.legTo('bob');
    await modify(bench, bob, OTHER_URL);
    const position = bench.store.positions.get(bob.sid);
    await everybodyHangsUp(bench);

    const next = new CoreBench();
    next.documents.on(OTHER_URL, LONG);
    const resumed = next.stored(bob.leg, { phase: 'ringing', initiatedAt: 0, ringingAt: 0 });
    void resumeCall(resumed, position, next.services);
    await next.calls.input(bob.sid, { type: 'answer' });
    await next.clock.advance(0);
    assert.deepEqual(next.documents.summary('CallSid'), [[`POST ${OTHER_URL}`, `CallSid=${bob.sid}`]]);
    await everybodyHangsUp(next);
    next.check();
  });

  it('leaves nothing behind when the callee that it was for does not answer', async () => {
    const bench = new CoreBench();
    bench.control.phones.set('bob', RINGS);
    await aliceCalls(bench, DIAL_BOB);
    await bench.clock.advance(200);
    await modify(bench, bench.legTo('bob'), OTHER_URL);
    await everybodyHangsUp(bench);
    assert.equal(bench.documents.requests.length, 1);
    bench.check();
  });

  it('stops only the leg that it is for, once the two that talked have gone separate ways', async () => {
    const bench = new CoreBench();
    bench.control.phones.set('bob', ANSWERS);
    const alice = await aliceCalls(bench, DIAL_BOB);
    await bench.clock.advance(5000);
    const bob = bench.legTo('bob');
    await modify(bench, alice, OTHER_URL, true);
    await modify(bench, alice, THIRD_URL, true);
    const requests = bench.documents.summary('CallSid').slice(1);
    // The two are not in order between each other.
    assert.deepEqual(
      new Set(requests.map((request) => request.join(' '))),
      new Set([
        `POST ${OTHER_URL} CallSid=${alice.sid}`,
        `POST ${OTHER_URL} CallSid=${bob.sid}`,
        `POST ${THIRD_URL} CallSid=${alice.sid}`,
      ]),
    );
    assert.equal(requests.length, 3);
    await everybodyHangsUp(bench);
    bench.check();
  });

  it('counts also when it comes before the caller hears that the called phone rings', async () => {
    const bench = new CoreBench();
    let release: () => void = () => undefined;
    const ringing = new Promise<void>((resolve) => {
      release = resolve;
    });
    bench.control.startRinging = () => ringing;
    const alice = await aliceCalls(bench, LONG);
    await modify(bench, alice, OTHER_URL);
    assert.deepEqual(bench.control.commandsNamed('answer'), []);
    release();
    await waitUntil('the other document was asked for', () => bench.documents.requests.length === 2);
    assert.deepEqual(bench.documents.summary().at(-1), [`POST ${OTHER_URL}`]);
    await everybodyHangsUp(bench);
    bench.check();
  });
});
