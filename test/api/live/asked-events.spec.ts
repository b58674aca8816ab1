import assert from 'node:assert/strict';
import { readAskedEvents } from '../../../src/api/live/asked-events.ts';
import { LIVE_EVENTS } from '../../../src/api/live/live-event.ts';
import { newSid } from '../../../src/call/sids.ts';

const read = (query: Readonly<Record<string, string>>) =>
  readAskedEvents(new Map(Object.entries(query).map(([name, value]) => [name, [value]])));
const namesIn = (query: Readonly<Record<string, string>>) => [...read(query).names];

describe('The parameters of Live', () => {
  it('stand for everything but the lines of timelines when there are none', () => {
    const everything = LIVE_EVENTS.filter((name) => name !== 'call.event');
    assert.deepEqual(namesIn({}), everything);
    assert.deepEqual(namesIn({ Events: '' }), everything);
    assert.deepEqual(read({}), {
      names: new Set(everything),
      callSid: undefined,
      subAccounts: false,
      lastEventId: undefined,
    });
  });

  it('name events, and groups of them with and without a dot', () => {
    assert.deepEqual(namesIn({ Events: 'call.updated' }), ['call.updated']);
    for (const group of ['call', 'call.', 'call.*']) {
      assert.deepEqual(namesIn({ Events: group }), ['call.created', 'call.updated'], group);
    }
    assert.deepEqual(namesIn({ Events: 'call,conference., stats' }), [
      'call.created',
      'call.updated',
      'conference.updated',
      'stats',
    ]);
  });

  it('give the lines of timelines to those who name them, and to those who watch one call', () => {
    assert.deepEqual(namesIn({ Events: 'call.event' }), ['call.event']);
    assert.deepEqual(namesIn({ Events: 'call,call.event' }), ['call.created', 'call.updated', 'call.event']);
    const callSid = newSid('CA');
    assert.deepEqual(namesIn({ CallSid: callSid }), [...LIVE_EVENTS]);
    assert.equal(read({ CallSid: callSid }).callSid, callSid);
  });

  it('are refused when they are not known, with what is allowed', () => {
    assert.throws(() => read({ Events: 'call,calls' }), {
      status: 400,
      message: /^Events must be a list of call, /,
    });
    assert.throws(() => read({ Event: 'call' }), {
      status: 400,
      message: 'Event is not a parameter of Live; it has Events, CallSid, SubAccounts, LastEventId',
    });
    assert.throws(() => read({ SubAccounts: 'maybe' }), { status: 400 });
    assert.throws(() => read({ CallSid: '' }), { status: 400 });
  });
});
