import type { LegJournal } from './journal.ts';
import type { StoredLeg } from '../journal-store.ts';
import { LiveLeg } from './live-leg.ts';
import type { ReportedInput } from './leg.ts';
import type { LegListener } from '../call-control.ts';
import { TrunkChannels } from '../routing/trunk-channels.ts';
import { TrunkHealth } from '../routing/trunk-health.ts';

/** The legs that live in this process, by CallSid. A leg stays until it has ended. */
export class LiveCalls implements LegListener {
  /** How many channels of each trunk the legs here use. */
  readonly trunks = new TrunkChannels();
  readonly trunkHealth = new TrunkHealth();
  readonly #legs = new Map<string, LiveLeg>();
  readonly #journal: LegJournal;
  readonly #load: (callSid: string) => Promise<StoredLeg | undefined>;
  readonly #emptied = new Set<() => void>();

  /** `load` reads a leg that does not live here, or no longer, from the store. */
  constructor(
    journal: LegJournal,
    load: (callSid: string) => Promise<StoredLeg | undefined> = () => Promise.resolve(undefined),
  ) {
    this.#journal = journal;
    this.#load = load;
  }

  get size(): number {
    return this.#legs.size;
  }

  all(): readonly LiveLeg[] {
    return [...this.#legs.values()];
  }

  get(callSid: string): LiveLeg | undefined {
    return this.#legs.get(callSid);
  }

  /** A leg that lives here, or one that has ended; undefined when there never was one. */
  async find(callSid: string): Promise<LiveLeg | undefined> {
    const live = this.#legs.get(callSid);
    if (live !== undefined) return live;
    const stored = await this.#load(callSid);
    return stored === undefined ? undefined : new LiveLeg(stored.leg, stored.state);
  }

  add(live: LiveLeg): void {
    if (live.state.phase === 'ended') return;
    this.#legs.set(live.sid, live);
    void live.ended.then(() => {
      this.#legs.delete(live.sid);
      if (this.#legs.size > 0) return;
      for (const resolve of this.#emptied) resolve();
      this.#emptied.clear();
    });
  }

  /** Applies an input to a leg that lives here, and to no other. Resolves when the change is durable. */
  async input(callSid: string, input: ReportedInput): Promise<void> {
    const live = this.#legs.get(callSid);
    if (live === undefined) return;
    const { tries } = live;
    if (tries === undefined) return this.#journal.apply(live, input);
    let isTaken = false;
    await live.inOrder(() => {
      isTaken = tries.takes(input);
      return Promise.resolve();
    });
    if (!isTaken) await this.#journal.apply(live, input);
  }

  /** Tells a leg of a digit that its other side pressed. */
  digit(callSid: string, digit: string): void {
    this.#legs.get(callSid)?.pressed(digit);
  }

  /** Resolves when no leg lives here any more. */
  empty(): Promise<void> {
    if (this.#legs.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#emptied.add(resolve);
    });
  }
}
