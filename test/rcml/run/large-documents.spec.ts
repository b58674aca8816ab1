import assert from 'node:assert/strict';
import { resumeCall } from '../../../src/rcml/run/resume-call.ts';
import { withDocument } from '../../../src/rcml/run/saved-position.ts';
import { CoreBench } from '../../support/core-bench.ts';
import { ACCOUNT, CALLER, RcmlCall, VOICE_URL } from '../../support/rcml-call.ts';

const END = '--><Pause length="1"/></Response>';
/** Of 5,000 characters. */
const LARGE = '<Response><!--'.padEnd(5000 - END.length, 'x') + END;
const SMALL = '<Response><Pause length="1"/></Response>';
const ACTION_URL = 'http://app.test/done';
const OTHER_URL = 'http://app.test/other';
const NEVER = new AbortController().signal;
/** Four times a tenth of a second, and four times half a millisecond for the document's size. */
const REST_MS = 402;

/** A call of an account one of whose large documents has just been compiled, in a tenth of a second. */
async function callThatRests(accountSid = ACCOUNT): Promise<RcmlCall> {
  const call = new RcmlCall();
  await compileOne(call, accountSid);
  return call;
}

async function compileOne(
  { clock, compileTurns }: Pick<RcmlCall, 'clock' | 'compileTurns'>,
  accountSid: string,
  tookMs = 100,
) {
  const asker = { accountSid, signal: NEVER };
  await compileTurns.run({ text: LARGE, contentType: 'text/xml' }, asker, () => clock.heldUp(tookMs));
}

const verbs = ({ store }: RcmlCall) =>
  store.entries.flatMap(({ events = [] }) => events).filter(({ kind }) => kind === 'verb').length;

const notices = ({ store }: RcmlCall) =>
  store.entries
    .flatMap(({ events = [] }) => events)
    .filter(({ kind }) => kind === 'notice')
    .map(({ data }) => data['message']);

describe('A large document', () => {
  it('waits until its account has rested from the one before it', async () => {
    const call = await callThatRests();
    call.documents.on(VOICE_URL, LARGE);
    await call.start();
    await call.clock.advance(REST_MS - 1);
    assert.equal(verbs(call), 0);
    await call.clock.advance(1);
    assert.equal(verbs(call), 1);
    await call.clock.advance(1000);
    assert.equal(call.end, 'completed');
    call.check();
  });

  it('that waited for a second or more says so in the timeline', async () => {
    const call = new RcmlCall();
    await compileOne(call, ACCOUNT, 1000);
    call.documents.on(VOICE_URL, LARGE);
    await call.start();
    await call.clock.advance(4002);
    assert.deepEqual(notices(call), [
      'The document waited 4 s for its turn behind other large documents of the account',
    ]);
    await call.hangUp();
    call.check();
  });

  it('waits also when it was given as text', async () => {
    const call = await callThatRests();
    await call.start({ first: { text: LARGE } });
    assert.equal(verbs(call), 0);
    await call.clock.advance(REST_MS);
    assert.equal(verbs(call), 1);
    await call.hangUp();
    call.check();
  });

  it('does not wait for other accounts, and a small one does not wait at all', async () => {
    for (const [accountSid, document] of [
      ['AC-other', LARGE],
      [ACCOUNT, SMALL],
    ] as const) {
      const call = await callThatRests(accountSid);
      call.documents.on(VOICE_URL, document);
      await call.start();
      assert.equal(verbs(call), 1);
      await call.hangUp();
      call.check();
    }
  });

  it('does not wait when a call goes on with it after a restart', async () => {
    const bench = new CoreBench();
    const { clock, services, store } = bench;
    await compileOne({ clock, compileTurns: services.compileTurns }, ACCOUNT);
    const talking = { phase: 'in-progress', initiatedAt: 0, answeredAt: 0 } as const;
    const live = bench.stored({ sid: CALLER, direction: 'inbound', to: '1000' }, talking);
    const document = { text: LARGE, contentType: 'text/xml' };
    const step = { kind: 'verb', document, index: 0, beganAt: clock.now(), skipDials: false } as const;
    const position = { version: 2, kind: 'document', idleDocuments: 0, hasBegun: true, step } as const;
    void resumeCall(live, position, services);
    await clock.advance(0);
    assert.deepEqual(withDocument(store.positions.get(CALLER), store.documents.get(CALLER)), position);
    await clock.advance(1000);
    assert.equal(live.status, 'completed');
    bench.check();
  });

  it('is forgotten at once when the caller hangs up while it waits', async () => {
    const call = await callThatRests();
    call.documents.on(VOICE_URL, LARGE);
    await call.start();
    await call.hangUp();
    assert.equal(call.running, false);
    assert.equal(verbs(call), 0);
    call.check();
  });

  it('that is the reply to an action is forgotten at once when the call gets another one, and the action is not requested again', async () => {
    const call = await callThatRests();
    const gather = `<Response><Gather timeout="1" actionOnEmptyResult="true" action="${ACTION_URL}"/></Response>`;
    call.documents.on(VOICE_URL, gather).on(ACTION_URL, LARGE).on(OTHER_URL, SMALL);
    await call.start();
    await call.press('1#');
    const run = call.runs.get(CALLER);
    assert(run !== undefined);
    run.modify({ first: { url: OTHER_URL, method: 'POST' } });
    await call.clock.advance(0);
    assert.deepEqual(
      call.documents.requests.map(({ url }) => url),
      [VOICE_URL, ACTION_URL, OTHER_URL],
    );
    assert.equal(verbs(call), 2);
    await call.clock.advance(1000);
    assert.equal(call.end, 'completed');
    call.check();
  });
});
