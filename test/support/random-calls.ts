import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LiveLeg } from '../../src/call/leg/live-leg.ts';
import type { DocumentRequest } from '../../src/call/documents.ts';
import { compact } from '../../src/call/compact.ts';
import type { ReportedInput } from '../../src/call/leg/leg.ts';
import type { Logger } from '../../src/logger.ts';
import type { CallMachinery } from '../../src/main/calls/call-machinery.ts';
import { resumeCalls } from '../../src/main/calls/resume-calls.ts';
import { endCall } from '../../src/rcml/run/api-calls.ts';
import { takeInboundCall } from '../../src/rcml/run/inbound-calls.ts';
import { modifyCall } from '../../src/rcml/run/modify-call.ts';
import { ACCOUNT, CoreBench } from './core-bench.ts';
import type { PhoneScript } from './fake-call-control.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeDocuments } from './fake-documents.ts';
import { KilledStore } from './killed-store.ts';

const APP = 'http://app.test';
const PHONES = ['sip:bob@phone.test', 'sip:carol@phone.test', 'sip:dave@phone.test'] as const;

const LONG_COMMENT = `<!--${'x'.repeat(5000)}-->`;

/** Something that happens to a call from outside. */
interface Happening {
  readonly afterMs: number;
  readonly what: 'hang-up' | 'rest-end' | 'modify' | 'move-both' | 'digit' | 'lost' | 'kill';
  /** 0 is the caller, then its callees as they were made. */
  readonly who: number;
}

/** One call with everything that happens to it. */
export interface Story {
  readonly nouns: readonly { readonly phone: number; readonly screened: boolean }[];
  readonly attributes: string;
  readonly phones: readonly PhoneScript[];
  readonly happenings: readonly Happening[];
  /** Its document is so long that it is kept apart from the positions in it. */
  readonly isLong?: boolean;
}

const ms = fc.integer({ min: 0, max: 8000 });
const phoneScript: fc.Arbitrary<PhoneScript> = fc.oneof(
  fc.constant([]),
  fc
    .tuple(ms, fc.constantFrom(486, 480, 404, 603))
    .map(([after, sipStatus]): PhoneScript => [[after, { type: 'end', sipStatus }]]),
  fc.tuple(ms, ms, fc.option(ms)).map(([ring, answer, end]): PhoneScript => {
    const answered: [number, ReportedInput][] = [
      [ring, { type: 'ring' }],
      [answer, { type: 'answer' }],
    ];
    return end === null ? answered : [...answered, [end, { type: 'end' }]];
  }),
);

/** Any call that dials, and any order of what can happen to it. */
export const story: fc.Arbitrary<Story> = fc.record({
  nouns: fc.array(fc.record({ phone: fc.nat(2), screened: fc.boolean() }), { minLength: 1, maxLength: 3 }),
  attributes: fc.constantFrom(
    '',
    ' timeout="5"',
    ' sequential="true" timeout="4"',
    ' answerOnBridge="true"',
    ' hangupOnStar="true" timeLimit="3"',
    ' ringTone="/ring.mp3" timeout="6"',
    ' record="true"',
  ),
  phones: fc.array(phoneScript, { minLength: 3, maxLength: 3 }),
  happenings: fc.array(
    fc.record({
      // Often in the same moment.
      afterMs: fc.oneof(fc.constant(0), fc.nat(80), fc.nat(3000)),
      what: fc.constantFrom('hang-up', 'rest-end', 'modify', 'move-both', 'digit', 'lost', 'kill'),
      who: fc.nat(3),
    }),
    { maxLength: 6 },
  ),
  isLong: fc.boolean(),
});

/** Plays one story to its end, through as many processes as it takes. */
export class RandomCall {
  readonly requests: DocumentRequest[] = [];
  readonly #story: Story;
  #store = new KilledStore();
  #bench: CoreBench;

  constructor(one: Story) {
    this.#story = one;
    this.#bench = this.#process(new FakeClock());
  }

  async play(): Promise<void> {
    const source = { kind: 'client', login: 'alice' } as const;
    const call = { channelId: 'c1', source, dialled: '1000', from: 'alice', sipHeaders: [] };
    void takeInboundCall(call, this.#bench.services);
    await this.#bench.clock.advance(0);
    for (const happening of this.#story.happenings) {
      await this.#bench.clock.advance(happening.afterMs);
      await this.#happens(happening);
    }
    await this.#bench.clock.advance(20_000);
    for (const { sid } of this.#bench.calls.all()) await this.#bench.control.hangUp(sid, 'normal');
    await this.#bench.clock.advance(120_000);
  }

  /** What must be true of every call, whatever happened. */
  check(): void {
    this.#bench.check();
    const legs = this.#legs();
    assert.equal(this.#bench.ends.length, legs.length, 'every leg has ended');
    for (const leg of legs) {
      const finals = this.#store.callbacks.filter(
        ({ callSid, parameters }) => callSid === leg.sid && isFinal(parameters),
      );
      assert.equal(finals.length, 1, `one final callback of ${leg.to}`);
    }
    const actions = this.requests.filter(({ url }) => url === `${APP}/done`);
    const dialled = legs.some(({ parentCallSid }) => parentCallSid !== undefined);
    assert.equal(new Set(actions.map(({ token }) => token)).size, dialled ? 1 : 0, 'one action of the Dial');
  }

  /** Each leg as it was made, in the order of their making. */
  #legs() {
    const made = this.#store.entries.flatMap(({ leg }) => (leg === undefined ? [] : [leg.leg]));
    return [...new Map(made.map((leg) => [leg.sid, leg])).values()];
  }

  #process(clock: FakeClock): CoreBench {
    const documents = new FakeDocuments();
    const { nouns, attributes, phones, isLong = false } = this.#story;
    const callees = nouns.map(({ phone, screened }) => {
      const screen = screened ? ' url="/screen"' : '';
      return `<Sip statusCallback="/leg"${screen}>${PHONES[phone]}</Sip>`;
    });
    const dial = `<Dial action="/done"${attributes}>${callees.join('')}</Dial>`;
    documents
      .on(`${APP}/voice`, `<Response>${dial}${isLong ? LONG_COMMENT : ''}</Response>`)
      .on(`${APP}/screen`, '<Response><Gather timeout="1" numDigits="1"><Say>Hi</Say></Gather></Response>')
      .on(`${APP}/other`, '<Response><Say>Other</Say><Pause length="2"/></Response>')
      .on(`${APP}/done`, '<Response><Pause length="1"/></Response>');
    const request = documents.request.bind(documents);
    const store = this.#store;
    documents.request = (asked) => {
      if (store.killed) return new Promise(() => undefined);
      this.requests.push(asked);
      return request(asked);
    };
    const bench = new CoreBench({ clock, store, documents });
    slowDown(bench);
    PHONES.forEach((phone, index) => bench.control.phones.set(phone, phones[index] ?? []));
    bench.client('alice');
    bench.directory.numbers.push({
      sid: `PN${'0'.repeat(32)}`,
      accountSid: ACCOUNT,
      phoneNumber: '1000',
      voice: {
        voiceUrl: `${APP}/voice`,
        voiceMethod: 'POST',
        voiceFallbackMethod: 'POST',
        statusCallback: `${APP}/number`,
        statusCallbackMethod: 'POST',
      },
    });
    return bench;
  }

  async #happens({ what, who }: Happening): Promise<void> {
    if (what === 'kill') return this.#kill();
    const live = this.#legOf(who);
    if (live === undefined) return;
    const { calls, control, services } = this.#bench;
    const first = { url: `${APP}/other`, method: 'POST' } as const;
    if (what === 'hang-up') await control.hangUp(live.sid, 'normal');
    else if (what === 'rest-end') void endCall(live, services);
    else if (what === 'modify') void modifyCall(live, { first, moveConnected: false }, services);
    else if (what === 'move-both') void modifyCall(live, { first, moveConnected: true }, services);
    else if (what === 'digit') live.pressed('*');
    else void calls.input(live.sid, { type: 'lost', why: 'Asterisk died' });
  }

  #legOf(who: number): LiveLeg | undefined {
    const sid = this.#legs()[who]?.sid;
    return sid === undefined ? undefined : this.#bench.calls.get(sid);
  }

  /** The process dies; the next one finds the legs as they were written, and every channel still there. */
  async #kill(): Promise<void> {
    const former = this.#store;
    former.killed = true;
    const now = this.#bench.clock.now();
    this.#store = new KilledStore(former);
    this.#bench = this.#process(new FakeClock(now));
    const stored = this.#legs().flatMap(({ sid }) => {
      const leg = this.#store.leg(sid);
      const position = this.#store.positions.get(sid);
      if (leg === undefined || (leg.state.phase === 'ended' && position === undefined)) return [];
      return [compact({ ...leg, position, document: this.#store.documents.get(sid) })];
    });
    const { services } = this.#bench;
    const control = Object.assign(services.control, { adopt: () => Promise.resolve() });
    // All that it looks at.
    const machinery = { control, services } as unknown as CallMachinery;
    await resumeCalls(stored, machinery, { warn: () => undefined } as unknown as Logger);
    await this.#bench.clock.advance(0);
  }
}

/** Asterisk takes its time for everything: things happen in between. */
function slowDown({ clock, control }: CoreBench): void {
  const hangUp = control.hangUp.bind(control);
  control.hangUp = (sid, reason) => {
    clock.after(60, () => void hangUp(sid, reason));
    return Promise.resolve();
  };
  const answer = control.answer.bind(control);
  control.answer = (sid) => clock.sleep(30).then(() => answer(sid));
  const connect = control.connect.bind(control);
  control.connect = (first, second) => clock.sleep(20).then(() => connect(first, second));
}

function isFinal(parameters: DocumentRequest['parameters']): boolean {
  const final = ['completed', 'busy', 'failed', 'no-answer', 'canceled'];
  return parameters.some(([name, value]) => name === 'CallStatus' && final.includes(value));
}
