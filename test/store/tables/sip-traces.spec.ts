import assert from 'node:assert/strict';
import { newSid } from '../../../src/call/sids.ts';
import type { SipTrace } from '../../../src/call/sip-trace.ts';
import { describeOnEvery } from '../every-store.ts';

const END = { address: '127.0.0.1', port: 5060 };

function trace(callSid: string, sipCallId: string, at: number, ...texts: string[]): SipTrace {
  const one = { source: END, destination: END, transport: 'udp', isSent: true };
  return {
    accountSid: newSid('AC'),
    callSid,
    sipCallId,
    messages: texts.map((text, index) => ({ ...one, at: at + index + 0.25, text })),
    omitted: 3,
  };
}

describeOnEvery('SIP traces in the database', (the) => {
  it('are read as they were kept, those of several legs by their beginning', async () => {
    const { sipTraces } = the().repositories;
    const [one, two] = [newSid('CA'), newSid('CA')];
    const later = trace(one, 'b', 2000, 'INVITE\u0000 "Zoë"');
    const earlier = trace(two, 'a', 1000, 'INVITE', 'ACK');
    await sipTraces.keep(later);
    await sipTraces.keep(earlier);
    await sipTraces.keep(trace(newSid('CA'), 'a', 1500, 'INVITE'));
    assert.deepEqual(await sipTraces.of([one, two]), [earlier, later]);
    assert.deepEqual(await sipTraces.of([]), []);
  });

  it('are replaced when more was heard, also by two writes at once', async () => {
    const { sipTraces } = the().repositories;
    const sid = newSid('CA');
    const whole = { ...trace(sid, 'a', 1000, 'INVITE', 'BYE'), accountSid: newSid('AC') };
    const part = { ...whole, messages: whole.messages.slice(0, 1), omitted: 0 };
    await Promise.all([sipTraces.keep(part), sipTraces.keep(whole)]);
    assert.deepEqual(await sipTraces.of([sid]), [whole]);
  });

  it('are removed when they are old', async () => {
    const { sipTraces } = the().repositories;
    const sid = newSid('CA');
    const young = trace(sid, 'young', 5000, 'INVITE');
    await sipTraces.keep(trace(sid, 'old', 1000, 'INVITE'));
    await sipTraces.keep(young);
    await sipTraces.removeOld(3000);
    assert.deepEqual(await sipTraces.of([sid]), [young]);
  });
});
