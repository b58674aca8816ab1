import assert from 'node:assert/strict';
import fc from 'fast-check';
import { endCall } from '../../src/rcml/run/api-calls.ts';
import { modifyCall } from '../../src/rcml/run/modify-call.ts';
import { QueueBench } from './queue-bench.ts';

const CALLERS = ['ann', 'bob', 'cid'] as const;
const AGENTS = ['agent1', 'agent2'] as const;
const PEOPLE = [...CALLERS, ...AGENTS] as const;

/** Something that happens to one of the people, or to all. */
interface Happening {
  readonly afterMs: number;
  readonly what:
    | 'call'
    | 'hang-up'
    | 'rest-end'
    | 'modify'
    | 'move-both'
    | 'digit'
    | 'front'
    | 'take'
    | 'dismiss'
    | 'kill';
  readonly who: (typeof PEOPLE)[number];
}

/** Any order in which callers and agents come, go, and are disturbed. */
export interface QueueDay {
  readonly enqueue: string;
  readonly dial: string;
  readonly noun: string;
  readonly happenings: readonly Happening[];
}

export const queueDay: fc.Arbitrary<QueueDay> = fc.record({
  enqueue: fc.constantFrom('', ' waitUrl="/wait"', ' maxWaitTime="3"', ' waitUrl=""', ' maxQueueSize="2"'),
  dial: fc.constantFrom(
    '',
    ' timeout="2"',
    ' answerOnBridge="true"',
    ' hangupOnStar="true" timeLimit="2"',
    ' record="true"',
  ),
  noun: fc.constantFrom('', ' url="/whisper"', ' url="/refuse"', ' url="/gone"'),
  happenings: fc.array(
    fc.record({
      // Often in the same moment.
      afterMs: fc.oneof(fc.constant(0), fc.nat(80), fc.nat(2500)),
      what: fc.oneof(
        { weight: 6, arbitrary: fc.constant('call' as const) },
        {
          weight: 10,
          arbitrary: fc.constantFrom(
            ...([
              'hang-up',
              'rest-end',
              'modify',
              'move-both',
              'digit',
              'front',
              'take',
              'dismiss',
              'kill',
            ] as const),
          ),
        },
      ),
      who: fc.constantFrom(...PEOPLE),
    }),
    { minLength: 4, maxLength: 14 },
  ),
});

/** Plays one day of a queue to its end, through as many processes as it takes. */
export class RandomQueue {
  readonly #bench = new QueueBench();
  readonly #day: QueueDay;

  constructor(day: QueueDay) {
    this.#day = day;
    this.#bench
      .on('/wait', '<Gather action="/key" timeout="2" numDigits="1"><Say>Wait</Say></Gather>')
      .on('/key', '<Leave/>')
      .on('/whisper', '<Say>You are next</Say>')
      .on('/refuse', '<Pause/><Hangup/>')
      .on('/other', '<Pause length="1"/>')
      .on('/out', '<Pause length="1"/>')
      .on('/dialled', '<Pause length="1"/>');
    this.#slowDown();
  }

  async play(): Promise<void> {
    const bench = this.#bench;
    for (const { afterMs, what, who } of this.#day.happenings) {
      await bench.passes(afterMs / 1000);
      await this.#happens(what, who);
    }
    await bench.passes(12);
    for (const { sid } of bench.core.calls.all()) await bench.control.hangUp(sid, 'normal');
    await bench.passes(120);
  }

  async #happens(what: Happening['what'], who: Happening['who']): Promise<void> {
    const bench = this.#bench;
    if (what === 'kill') {
      await bench.restart();
      return this.#slowDown();
    }
    const isNew = !bench.hasCalled(who);
    if (what === 'call') return isNew ? this.#calls(who) : undefined;
    const live = isNew ? undefined : bench.core.calls.get(bench.sidOf(who));
    const { services } = bench.core;
    const queue = services.queues.all()[0];
    if (what === 'front') void this.#takesOut(queue?.record.sid ?? '', undefined);
    if (live === undefined) return;
    const first = { url: 'http://app.test/other', method: 'POST' } as const;
    if (what === 'hang-up') await bench.control.hangUp(live.sid, 'normal');
    else if (what === 'rest-end') void endCall(live, services);
    else if (what === 'modify') void modifyCall(live, { first, moveConnected: false }, services);
    else if (what === 'move-both') void modifyCall(live, { first, moveConnected: true }, services);
    else if (what === 'digit') live.pressed('*');
    else if (what === 'take') void this.#takesOut(queue?.record.sid ?? '', live.sid);
    else if (what === 'dismiss') void queue?.dismiss(live.sid);
  }

  async #takesOut(queueSid: string, callSid: string | undefined): Promise<void> {
    const { services, calls } = this.#bench.core;
    const taken = await services.queues.takeOut(queueSid, callSid);
    const live = calls.get(taken?.member.callSid ?? '');
    const first = { url: 'http://app.test/other', method: 'POST' } as const;
    if (live !== undefined) await modifyCall(live, { first, moveConnected: false }, services);
  }

  async #calls(who: Happening['who']): Promise<void> {
    const { enqueue, dial, noun } = this.#day;
    const isAgent = (AGENTS as readonly string[]).includes(who);
    const verbs = isAgent
      ? `<Dial action="/dialled"${dial}><Queue${noun}>support</Queue></Dial>`
      : `<Enqueue${who === 'cid' ? '' : ' action="/out"'}${enqueue}>support</Enqueue><Pause/>`;
    await this.#bench.calls(who, verbs);
  }

  /** What must be true of every day, whatever happened. */
  check(): void {
    const bench = this.#bench;
    bench.check();
    for (const who of PEOPLE) if (bench.hasCalled(who)) this.#checkLeg(who);
  }

  #checkLeg(who: (typeof PEOPLE)[number]): void {
    const bench = this.#bench;
    const sid = bench.sidOf(who);
    const { store } = bench.core;
    const ends = store.entries.filter(({ leg }) => leg?.leg.sid === sid && leg.state.phase === 'ended');
    assert.equal(ends.length, 1, `${who} ended once`);
    const lines = store.events.filter(({ kind, callSid }) => kind === 'queue' && callSid === sid);
    const events = lines.map(({ data }) => String(data['event']));
    const isAgent = (AGENTS as readonly string[]).includes(who);
    const path = isAgent ? '/dialled' : '/out';
    const tokens = new Set(bench.tokensOf(path, who));
    const mustAsk = isAgent ? events.includes('dequeued') : who !== 'cid' && events.includes('queued');
    if (mustAsk) assert.equal(tokens.size, 1, `${who} asked ${path} once: ${events.join(' ')}`);
    else assert.ok(tokens.size <= 1, `${who} asked ${path} at most once`);
    if (isAgent) return;
    assert.equal(count(events, 'left'), count(events, 'queued'), `${who} left once: ${events.join(' ')}`);
    assert.ok(count(events, 'queued') <= 1);
    // Nobody is taken who has been taken already.
    const taken = events.filter((event) => ['dequeued', 'back-in-place'].includes(event));
    taken.forEach((event, index) => assert.equal(event, index % 2 === 0 ? 'dequeued' : 'back-in-place'));
  }

  /** Asterisk takes its time for everything: things happen in between. */
  #slowDown(): void {
    const { clock, control } = this.#bench.core;
    const hangUp = control.hangUp.bind(control);
    control.hangUp = (sid, reason) => {
      clock.after(60, () => void hangUp(sid, reason));
      return Promise.resolve();
    };
    const answer = control.answer.bind(control);
    control.answer = (sid) => clock.sleep(30).then(() => answer(sid));
    const connect = control.connect.bind(control);
    control.connect = (first, second) => clock.sleep(20).then(() => connect(first, second));
    const stopMusic = control.stopMusic.bind(control);
    control.stopMusic = (sid) => clock.sleep(10).then(() => stopMusic(sid));
  }
}

function count(events: readonly string[], event: string): number {
  return events.filter((one) => one === event).length;
}
