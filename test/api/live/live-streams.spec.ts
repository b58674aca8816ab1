import assert from 'node:assert/strict';
import { EventRing } from '../../../src/api/live/event-ring.ts';
import { LIVE_EVENTS, type LiveEvent, type Subscription } from '../../../src/api/live/live-event.ts';
import { LiveStreams, type Reader } from '../../../src/api/live/live-streams.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeEventSink } from '../../support/fake-event-sink.ts';

const MAIN = 'AC1';
const SUB = 'AC2';
const HELLO = 'i.0 hello';
const KEPT = 4;
const HALF_A_MEGABYTE = 'x'.repeat(512 * 1024);

describe('Streams of events', () => {
  let clock: FakeClock;
  let streams: LiveStreams;
  beforeEach(() => {
    clock = new FakeClock();
    streams = new LiveStreams({
      clock,
      version: '1.2.3',
      ring: new EventRing(clock, 'i', KEPT),
      onInterest: () => undefined,
    });
  });
  afterEach(() => {
    streams.close();
    assert.equal(clock.timers, 0, 'a timer was left');
  });

  const about = (more: Partial<Subscription> = {}): Subscription => ({
    accountSid: MAIN,
    subAccounts: false,
    names: new Set(LIVE_EVENTS),
    root: undefined,
    prefix: '/2012-04-24',
    ...more,
  });

  function open(more: Partial<Subscription> = {}, reader: Partial<Reader> = {}) {
    const sink = new FakeEventSink();
    const whole = {
      askingSid: MAIN,
      isAllowed: () => Promise.resolve(true),
      lastEventId: undefined,
      ...reader,
    };
    streams.refuseTooMany(whole.askingSid);
    const subscription = about(more);
    const end = streams.open(subscription, streams.hold(subscription), whole, sink);
    return { sink, end };
  }

  function happens(more: Partial<LiveEvent> & { readonly text?: string } = {}): void {
    const { text = '', ...event } = more;
    streams.publish([{ name: 'call.updated', accounts: [MAIN], present: () => ({ text }), ...event }]);
  }

  it('begin with a hello, which says where they begin', () => {
    happens();
    assert.deepEqual(open().sink.written, [
      'id: i.1\nevent: hello\ndata: {"id":"i.1","version":"1.2.3"}\n\n',
    ]);
  });

  it('have what is asked for, and nothing else', () => {
    const all = open();
    const conferences = open({ names: new Set(['conference.updated']) });
    const oneCall = open({ root: 'CA1' });
    const other = open({ accountSid: SUB });
    happens({ root: 'CA1' });
    happens({ name: 'conference.updated' });
    happens({ accounts: undefined, name: 'health' });
    assert.deepEqual(all.sink.names, [HELLO, 'i.1 call.updated', 'i.2 conference.updated', 'i.3 health']);
    assert.deepEqual(conferences.sink.names, [HELLO, 'i.2 conference.updated']);
    assert.deepEqual(oneCall.sink.names, [HELLO, 'i.1 call.updated']);
    assert.deepEqual(other.sink.names, [HELLO, 'i.3 health']);
  });

  it('have what belongs to accounts below only when that is asked for', () => {
    const [own, all] = [open(), open({ subAccounts: true })];
    happens({ accounts: [SUB, MAIN] });
    assert.deepEqual([own.sink.names, all.sink.names], [[HELLO], [HELLO, 'i.1 call.updated']]);
  });

  it('make JSON once for all who read the same, and not at all when nobody reads', () => {
    let made = 0;
    const present = () => ({ made: (made += 1) });
    happens({ present });
    assert.equal(made, 0);
    const sinks = [open(), open(), open()].map(({ sink }) => sink);
    happens({ present });
    assert.equal(made, 1);
    for (const sink of sinks) assert.match(sink.written.at(-1) ?? '', /"made":1/);
  });

  it('go on where a reader stopped', () => {
    const { end, sink } = open();
    happens();
    end();
    happens();
    happens({ name: 'health', accounts: undefined });
    assert.deepEqual(sink.names, [HELLO, 'i.1 call.updated']);
    const again = open({}, { lastEventId: 'i.1' });
    assert.deepEqual(again.sink.names, ['i.2 call.updated', 'i.3 health']);
    happens();
    assert.deepEqual(again.sink.names.slice(2), ['i.4 call.updated']);
    assert.deepEqual(open({}, { lastEventId: 'i.4' }).sink.written, [], 'nothing was missed');
  });

  it('begin anew after a restart, and when too much has happened since', () => {
    open();
    for (let n = 0; n <= KEPT; n += 1) happens();
    const reset = (reason: string) => `id: i.5\nevent: reset\ndata: {"reason":"${reason}"}\n\n`;
    assert.deepEqual(open({}, { lastEventId: 'other.3' }).sink.written, [reset('restart')]);
    assert.deepEqual(open({}, { lastEventId: 'i.0' }).sink.written, [reset('too-old')]);
    assert.deepEqual(open({}, { lastEventId: 'i.99' }).sink.written, [reset('too-old')]);
    const again = open({}, { lastEventId: 'i.0' });
    happens();
    assert.deepEqual(again.sink.names, ['i.5 reset', 'i.6 call.updated']);
  });

  it('begin anew for a reader who asks for what was not collected', () => {
    open({ names: new Set(['call.updated']) });
    happens();
    const timelines = open({ names: new Set(['call.updated', 'call.event']) }, { lastEventId: 'i.0' });
    assert.deepEqual(timelines.sink.names, ['i.1 reset']);
    const same = open({ names: new Set(['call.updated']) }, { lastEventId: 'i.0' });
    assert.deepEqual(same.sink.names, ['i.1 call.updated']);
  });

  it('collect for five minutes after the last reader has gone', async () => {
    const { end } = open();
    end();
    await clock.advance(299_999);
    assert.equal(streams.interests.isEmpty, false);
    await clock.advance(1);
    assert.equal(streams.interests.isEmpty, true);
    happens();
    assert.deepEqual(open({}, { lastEventId: 'i.0' }).sink.names, ['i.1 reset']);
  });

  it('send a long replay in portions, each when the one before was taken', () => {
    open();
    for (let n = 0; n < KEPT; n += 1) happens({ text: HALF_A_MEGABYTE });
    const { sink } = open({}, { lastEventId: 'i.0' });
    assert.equal(sink.written.length, 1);
    while (sink.take());
    assert.deepEqual(
      sink.names,
      ['i.1', 'i.2', 'i.3', 'i.4'].map((id) => `${id} call.updated`),
    );
    happens();
    assert.equal(sink.names.at(-1), 'i.5 call.updated');
  });

  it('tell a reader who falls out of the ring while it catches up to begin anew, and end', () => {
    open();
    for (let n = 0; n < KEPT; n += 1) happens({ text: HALF_A_MEGABYTE });
    const { sink } = open({}, { lastEventId: 'i.0' });
    for (let n = 0; n < KEPT; n += 1) happens();
    sink.take();
    assert.deepEqual([sink.names, sink.isEnded], [['i.1 call.updated', 'i.8 reset'], true]);
    assert.match(sink.written.at(-1) ?? '', /"slow"/);
  });

  it('tell a reader with more than a megabyte unread to begin anew, and end', () => {
    const { sink } = open();
    sink.reads = false;
    for (let n = 0; n < 2; n += 1) happens({ text: HALF_A_MEGABYTE });
    assert.equal(sink.isEnded, false);
    happens();
    assert.deepEqual(sink.names.slice(-2), ['i.2 call.updated', 'i.3 reset']);
    assert.match(sink.written.at(-1) ?? '', /"slow"/);
    assert.deepEqual([sink.isEnded, streams.size], [true, 0]);
  });

  it('are at most 20 of an account and 200 in all', () => {
    for (let account = 0; account < 10; account += 1) {
      for (let n = 0; n < 20; n += 1) open({}, { askingSid: `AC${account}` });
    }
    const tooMany = { status: 429, headers: { 'Retry-After': '30' } };
    assert.throws(() => streams.refuseTooMany('AC1'), {
      ...tooMany,
      message: /^An account may have 20 streams/,
    });
    assert.throws(() => streams.refuseTooMany('new'), { ...tooMany, message: /^There are too many streams/ });
  });

  it('are kept open every 15 seconds, and say where the reader is', async () => {
    const { sink } = open({ names: new Set(['conference.updated']) });
    happens();
    await clock.advance(15_000);
    assert.equal(sink.written.at(-1), ': keep\nid: i.1\n\n');
    await clock.advance(15_000);
    assert.equal(sink.written.length, 3);
  });

  it('end after an hour, when the reader has to say again who it is', async () => {
    const { sink } = open();
    await clock.advance(3_600_000 - 15_000);
    assert.equal(sink.isEnded, false);
    await clock.advance(15_000);
    assert.equal(sink.isEnded, true);
  });

  it('end when their reader may not read any more', async () => {
    let isActive = true;
    const { sink } = open({}, { isAllowed: () => Promise.resolve(isActive) });
    const unknown = open({}, { isAllowed: () => Promise.reject(new Error('The database is away')) });
    await clock.advance(15_000);
    isActive = false;
    await streams.check();
    assert.deepEqual([sink.isEnded, unknown.sink.isEnded], [true, false]);
  });

  it('are told what nobody needs later, without an id', async () => {
    const [main, sub, call] = [open(), open({ accountSid: SUB }), open({ root: 'CA1' })];
    let asked = 0;
    open();
    await streams.tell('stats', async (accountSid) => {
      asked += 1;
      return accountSid === MAIN ? '{"calls":1}' : undefined;
    });
    assert.equal(main.sink.written.at(-1), 'event: stats\ndata: {"calls":1}\n\n');
    assert.deepEqual([sub.sink.names, call.sink.names, asked], [[HELLO], [HELLO], 2]);
  });
});
