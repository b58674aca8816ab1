import assert from 'node:assert/strict';
import type { Leg } from '../../src/call/leg/leg.ts';
import type { LiveLeg } from '../../src/call/leg/live-leg.ts';
import { compact } from '../../src/call/compact.ts';
import type { CallQueue } from '../../src/call/queue/call-queue.ts';
import { runCall } from '../../src/rcml/run/call-runner.ts';
import type { Logger } from '../../src/logger.ts';
import type { CallMachinery } from '../../src/main/calls/call-machinery.ts';
import { resumeCalls } from '../../src/main/calls/resume-calls.ts';
import { ACCOUNT, CoreBench } from './core-bench.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeDocuments } from './fake-documents.ts';
import { KilledStore } from './killed-store.ts';
import { MemoryQueues } from './memory-queues.ts';

const SITE = 'http://app.test';

/** Several callers at one time, and what their application server is asked about queues. */
export class QueueBench {
  #store = new KilledStore();
  readonly documents = new FakeDocuments();
  core: CoreBench;
  readonly #sids = new Map<string, string>();

  constructor() {
    this.core = this.#process(new FakeClock());
  }

  get control() {
    return this.core.control;
  }

  get queue(): CallQueue {
    const queue = this.core.services.queues.find(ACCOUNT, 'support');
    assert(queue !== undefined, 'there is no queue');
    return queue;
  }

  /** Who waits now, in the order of the queue. */
  get waiting(): readonly string[] {
    return this.queue.waiting.map(({ record }) => this.nameOf(record.callSid));
  }

  /** A document of the application server. */
  on(path: string, ...verbs: readonly string[]): this {
    this.documents.on(`${SITE}${path}`, ...verbs.map((xml) => `<Response>${xml}</Response>`));
    return this;
  }

  /** Lets requests for this document wait for their reply until the returned function is called. */
  holdsBack(path: string): () => void {
    const { documents } = this;
    const request = documents.request.bind(documents);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    documents.request = async (asked) => {
      const reply = request(asked);
      if (asked.url === `${SITE}${path}`) await released;
      return reply;
    };
    return release;
  }

  /** Somebody calls and hears a document of these verbs. */
  async calls(name: string, verbs: string): Promise<LiveLeg> {
    const { core } = this;
    const leg: Leg = {
      sid: this.sidOf(name),
      accountSid: ACCOUNT,
      direction: 'inbound',
      from: name,
      to: '1000',
      sipHeaders: [],
      createdAt: core.clock.now(),
    };
    this.on(`/of/${name}`, verbs);
    const live = await core.journal.begin(leg, { type: 'arrive' });
    core.calls.add(live);
    void runCall({ ...core.services, live, first: { url: `${SITE}/of/${name}`, method: 'POST' } });
    await this.passes(0);
    return live;
  }

  sidOf(name: string): string {
    const sid = this.#sids.get(name) ?? `CA${String(this.#sids.size + 1).padStart(32, '0')}`;
    this.#sids.set(name, sid);
    return sid;
  }

  nameOf(sid: string): string {
    return [...this.#sids].find(([, one]) => one === sid)?.[0] ?? sid;
  }

  async hangsUp(name: string): Promise<void> {
    this.core.control.otherSideHangsUp(this.sidOf(name));
    await this.passes(0);
  }

  async presses(name: string, digit: string): Promise<void> {
    this.core.calls.digit(this.sidOf(name), digit);
    await this.passes(0);
  }

  passes(seconds: number): Promise<void> {
    return this.core.clock.advance(seconds * 1000);
  }

  /** Who is asked for something with a path, and the parameters of these names. */
  asked(path: string, ...names: readonly string[]): readonly (readonly string[])[] {
    return this.documents.requests
      .filter(({ url }) => url === `${SITE}${path}`)
      .map(({ parameters }) => {
        const given = new Map(parameters);
        return [this.nameOf(given.get('CallSid') ?? ''), ...names.map((name) => given.get(name) ?? '-')];
      });
  }

  /** The tokens of somebody's requests for a path. */
  tokensOf(path: string, name: string): readonly string[] {
    const ours = (parameters: readonly (readonly [string, string])[]) =>
      parameters.some(([key, value]) => key === 'CallSid' && value === this.sidOf(name));
    return this.documents.requests
      .filter(({ url, parameters }) => url === `${SITE}${path}` && ours(parameters))
      .map(({ token }) => token ?? '');
  }

  hasCalled(name: string): boolean {
    return this.#sids.has(name);
  }

  /** What was commanded of a caller's channel. */
  done(name: string): readonly string[] {
    const sid = this.sidOf(name);
    return this.control.commands
      .filter(([command, ...details]) => details.includes(sid) && !['answer', 'hangUp'].includes(command))
      .map(([command]) => command);
  }

  get notices(): readonly (readonly [who: string, code: number])[] {
    return this.core.store.notifications.map(({ callSid, errorCode }) => [
      this.nameOf(callSid ?? ''),
      errorCode,
    ]);
  }

  /** How often each leg is told to have ended. */
  statusOf(name: string): string | undefined {
    return this.core.store.leg(this.sidOf(name))?.state.phase;
  }

  /** The store loses a leg, as if it had never been: the next process does not find it. */
  loses(name: string): void {
    this.#store.positions.delete(this.sidOf(name));
    this.#sids.delete(name);
  }

  /** Legwork dies at this moment; another process goes on with what it has written, and with the channels that are there. */
  async restart(): Promise<void> {
    const { clock } = this.core;
    this.#store.killed = true;
    const former = this.#store;
    this.#store = new KilledStore(former);
    this.core = this.#process(new FakeClock(clock.now()));
    const kept = new MemoryQueues();
    for (const entry of former.entries) await kept.commit(entry);
    const { services } = this.core;
    services.queues.restore(await kept.kept());
    const stored = [...this.#sids.values()].flatMap((sid) => {
      const leg = former.leg(sid);
      const position = former.positions.get(sid);
      if (leg === undefined || (leg.state.phase === 'ended' && position === undefined)) return [];
      return [compact({ ...leg, position, document: former.documents.get(sid) })];
    });
    const control = Object.assign(services.control, { adopt: () => Promise.resolve() });
    // All that it looks at.
    const machinery = { control, services } as unknown as CallMachinery;
    await resumeCalls(stored, machinery, { warn: () => undefined } as unknown as Logger);
    await this.passes(0);
  }

  #process(clock: FakeClock): CoreBench {
    const store = this.#store;
    const documents = new FakeDocuments();
    documents.request = (asked) =>
      store.killed ? new Promise(() => undefined) : this.documents.request(asked);
    return new CoreBench({ clock, store, documents });
  }

  /** Fails when something is left over. */
  check(): void {
    assert.deepEqual(this.core.bugs, []);
    assert.equal(this.core.calls.size, 0, 'a leg is left');
    assert.equal(this.core.clock.timers, 0, 'a timer is left');
    assert.equal(this.core.store.positions.size, 0, 'a position is left');
    for (const queue of this.core.services.queues.all())
      assert.equal(queue.members.length, 0, 'a member is left');
  }
}
