import assert from 'node:assert/strict';
import { ACCOUNT, RcmlCall, VOICE_URL } from '../../support/rcml-call.ts';
import { sharesHoldingBack } from '../../support/work-shares.ts';

const ACTION_URL = 'http://app.test/done';
const PAUSE = '<Response><Pause length="1"/></Response>';

const verbs = ({ store }: RcmlCall) =>
  store.entries.flatMap(({ events = [] }) => events).filter(({ kind }) => kind === 'verb').length;

async function heldBack(accountSid: string): Promise<RcmlCall> {
  const call = new RcmlCall();
  call.shares = await sharesHoldingBack(accountSid, call.clock);
  return call;
}

describe('A call of an account that does more than its share of a busy process', () => {
  it('waits before its document is requested, and goes on', async () => {
    const call = await heldBack(ACCOUNT);
    call.documents.on(VOICE_URL, PAUSE);
    await call.start();
    await call.clock.advance(1_000);
    assert.deepEqual([call.documents.requests.length, verbs(call)], [0, 0]);
    await call.clock.advance(60_000);
    assert.deepEqual([call.documents.requests.length, verbs(call), call.end], [1, 1, 'completed']);
    call.check();
  });

  it('does not wait when another account does', async () => {
    const call = await heldBack('AC of another one');
    call.documents.on(VOICE_URL, PAUSE);
    await call.start();
    await call.clock.advance(1_000);
    assert.equal(call.end, 'completed');
    call.check();
  });

  it('ends at once when its caller hangs up', async () => {
    const call = await heldBack(ACCOUNT);
    call.documents.on(VOICE_URL, PAUSE);
    await call.start();
    await call.hangUp();
    await call.clock.advance(0);
    assert.equal(call.running, false);
    call.check();
  });

  it('requests the action of a leg that is over at once', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, `<Response><Record action="${ACTION_URL}" playBeep="false"/></Response>`);
    call.documents.on(ACTION_URL, PAUSE);
    await call.start();
    await call.clock.advance(3_000);
    call.shares = await sharesHoldingBack(ACCOUNT, call.clock);
    await call.hangUp();
    await call.clock.advance(0);
    assert.equal(call.documents.requests.at(-1)?.url, ACTION_URL);
    call.check();
  });
});
