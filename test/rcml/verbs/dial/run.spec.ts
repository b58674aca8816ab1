import assert from 'node:assert/strict';
import type { JournalEntry } from '../../../../src/call/journal-store.ts';
import type { Position } from '../../../../src/rcml/run/position.ts';
import { resumeCall } from '../../../../src/rcml/run/resume-call.ts';
import { CoreBench } from '../../../support/core-bench.ts';
import { ANSWERS, RINGS } from '../../../support/fake-call-control.ts';
import { CALLER, RcmlCall, VOICE_URL } from '../../../support/rcml-call.ts';

const BOB = 'sip:bob@phone.test';
const CAROL = 'sip:carol@phone.test';
const TWO = `<Sip>${BOB}</Sip><Sip>${CAROL}</Sip>`;
const ACTION_URL = 'http://app.test/done';

function dialling(attributes: string, nouns: string): RcmlCall {
  const call = new RcmlCall();
  const dial = `<Dial action="/done"${attributes}>${nouns}</Dial>`;
  call.documents.on(VOICE_URL, `<Response>${dial}</Response>`).on(ACTION_URL, '<Response/>');
  return call;
}

/** DialCallStatus of every action request. */
const told = (call: Pick<RcmlCall, 'documents'>) =>
  call.documents.summary('DialCallStatus').filter(([request]) => request === `POST ${ACTION_URL}`);

describe('A Dial', () => {
  it('rings the others when nobody can look up where one of its nouns leads', async () => {
    const call = dialling('', `<Client>dave</Client><Sip>${BOB}</Sip>`);
    call.control.phones.set(BOB, [...ANSWERS, [5000, { type: 'end' }]]);
    call.directory.client = () => Promise.reject(new Error('The database cannot be read'));
    await call.start();
    await call.clock.advance(20_000);
    assert.deepEqual(told(call), [[`POST ${ACTION_URL}`, 'DialCallStatus=completed']]);
    call.check();
  });

  it('in turn waits for the leg that it made, also when the one before could not be stored', async () => {
    const call = dialling(' sequential="true" timeout="5"', TWO);
    const commit = call.store.commit.bind(call.store);
    const isBobs = ({ leg }: JournalEntry) => leg?.leg.to === 'bob';
    call.store.commit = (entry) =>
      isBobs(entry) ? Promise.reject(new Error('The database is full')) : commit(entry);
    call.control.phones.set(CAROL, RINGS);
    await call.start();
    await call.clock.advance(20_000);
    assert.deepEqual(told(call), [[`POST ${ACTION_URL}`, 'DialCallStatus=no-answer']]);
    call.check();
  });

  it('keeps its legs for a restart while the sound that ringTone names is played again and again', async () => {
    const call = dialling(' ringTone="/ring.mp3"', `<Sip>${BOB}</Sip>`);
    call.control.phones.set(BOB, RINGS);
    await call.start();
    await call.clock.advance(5000);
    const { step } = call.store.positions.get(CALLER) as Position;
    const state = step.kind === 'verb' ? (step.state?.value as { legs: unknown }) : assert.fail(step.kind);
    assert.deepEqual(state.legs, [call.live.outbound?.sid]);
    await call.hangUp();
    call.check();
  });

  it('after a restart gives up those who still ring although another one has answered', async () => {
    const bench = new CoreBench();
    bench.documents.on(ACTION_URL, '<Response/>');
    const talking = { phase: 'in-progress', initiatedAt: 0, answeredAt: 0 } as const;
    const caller = bench.stored({ sid: CALLER, direction: 'inbound', to: '1000' }, talking);
    const callee = (letter: string) =>
      ({ sid: `CA${letter.repeat(32)}`, direction: 'outbound-dial', parentCallSid: CALLER }) as const;
    bench.stored({ ...callee('b'), to: 'bob' }, talking);
    bench.stored({ ...callee('c'), to: 'carol' }, { phase: 'ringing', initiatedAt: 0, ringingAt: 0 });
    const text = `<Response><Dial action="/done">${TWO}</Dial></Response>`;
    const document = { text, contentType: 'text/xml', url: VOICE_URL };
    const legs = [callee('b').sid, callee('c').sid];
    const value = { legs, ringingSince: 0, winner: legs[0], talkingSince: bench.clock.now() };
    const state = { version: 2, value };
    const step = { kind: 'verb', document, index: 0, beganAt: 0, skipDials: false, state } as const;
    const position: Position = { version: 2, kind: 'document', idleDocuments: 0, hasBegun: true, step };
    void resumeCall(caller, position, bench.services);
    await bench.clock.advance(0);
    assert.deepEqual(bench.ends, [['carol', 'canceled']]);
    assert.deepEqual(bench.control.commandsNamed('hangUp'), [['hangUp', legs[1], 'answered-elsewhere']]);
    await bench.control.hangUp(legs[0] as string, 'normal');
    await bench.clock.advance(0);
    assert.deepEqual(told(bench), [[`POST ${ACTION_URL}`, 'DialCallStatus=completed']]);
    bench.check();
  });
});
