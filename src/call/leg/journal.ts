import type { Answerer } from '../answering-machine/machine-detection.ts';
import { compact } from '../compact.ts';
import type { Clock } from '../../concurrency/clock.ts';
import {
  type Advance,
  advance,
  type Leg,
  type LegInput,
  type LegState,
  type StatusCallback,
  statusOf,
} from './leg.ts';
import { LiveLeg } from './live-leg.ts';
import { type OutboundMention, owedCallback } from './parameters.ts';
import { type EndedBy, enderOf } from './ended-by.ts';
import { eventOf, mediaLost } from './media-lost.ts';
import type { JournalEntry, JournalStore, NewCallEvent } from '../journal-store.ts';
import type { ReportedInput } from './leg.ts';

/** What is written about a leg besides its state. */
export type Note = Pick<JournalEntry, 'position' | 'document' | 'events' | 'notifications' | 'callbacks'>;

export interface JournalOptions {
  readonly store: JournalStore;
  readonly clock: Clock;
  /** Told of every change of a leg once it is durable, for the log. */
  onChange?(leg: Leg, change: Advance): void;
  /** Told of an entry that could not be written; the call goes on with the state in memory. */
  onLost(callSid: string, error: unknown): void;
}

/**
 * The only writer of leg state. Each change is one transaction: the leg, a line of its timeline and the callbacks that
 * it owes. Everybody else is told once that is durable.
 */
export class LegJournal {
  readonly #options: JournalOptions;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /**
   * Makes a leg with its first input (without one it is `queued`) and the position from which a restart resumes it.
   * @throws if the leg could not be stored; then there is no leg.
   */
  async begin(leg: Leg, first?: ReportedInput, position?: unknown): Promise<LiveLeg> {
    const queued: LegState = { phase: 'queued' };
    const at = this.#options.clock.now();
    const change =
      first === undefined ? undefined : advance(leg.direction, queued, { ...first, at } as LegInput);
    const entry = entryOf(leg, change ?? { state: queued }, at);
    // A new call was promised to nobody yet, but the leg that a running call dials is waited for by its caller.
    const whenUnavailable = leg.parentCallSid === undefined ? 'refuse' : 'keep';
    await this.#options.store.commit(position === undefined ? entry : { ...entry, position }, {
      whenUnavailable,
    });
    if (change !== undefined) this.#options.onChange?.(leg, change);
    return new LiveLeg(leg, entry.leg?.state ?? queued);
  }

  /** Applies an input to a leg, after all earlier ones. Resolves when the change is durable; never rejects. */
  apply(live: LiveLeg, input: ReportedInput): Promise<void> {
    const at = this.#options.clock.now();
    return live.inOrder(async () => {
      const change = advance(live.leg.direction, live.state, { ...input, at } as LegInput);
      if (change === undefined) return;
      const endedBy = enderOf(live.leg, change.state, input, live.endedBy);
      await this.#write(entryOf(live.leg, { ...change, endedBy }, at, live.outbound));
      live.moveTo(change.state);
      this.#options.onChange?.(live.leg, change);
    });
  }

  /** Changes where a leg's status callbacks go from now on. Resolves when that is durable; never rejects. */
  redirectCallbacks(live: LiveLeg, statusCallback: StatusCallback): Promise<void> {
    return live.inOrder(async () => {
      const leg = { ...live.leg, statusCallback };
      await this.#write({ ...keysOf(leg), leg: { leg, state: live.state } });
      live.become(leg);
    });
  }

  /**
   * Writes who has answered a leg, with what is owed because of it; not of a leg that has ended. Resolves when that is
   * durable; never rejects.
   */
  answeredBy(live: LiveLeg, answeredBy: Answerer, note: Omit<Note, 'position' | 'document'>): Promise<void> {
    return live.inOrder(async () => {
      if (live.state.phase === 'ended') return;
      const leg = { ...live.leg, answeredBy };
      await this.#write({ ...keysOf(leg), leg: { leg, state: live.state }, ...note });
      live.become(leg);
    });
  }

  /** Writes something about a leg besides its state. Resolves when that is durable; never rejects. */
  async note(live: LiveLeg, note: Note): Promise<void> {
    await this.tryNote(live, note);
  }

  /** Like `note`; resolves to false when it could not be written. */
  async tryNote(live: LiveLeg, note: Note): Promise<boolean> {
    let isWritten = false;
    await live.inOrder(async () => {
      isWritten = await this.#write({ ...keysOf(live.leg), ...note });
    });
    return isWritten;
  }

  async #write(entry: JournalEntry): Promise<boolean> {
    try {
      await this.#options.store.commit(entry);
      return true;
    } catch (error) {
      // The store has retried whatever can be retried. A live call must still reach its end in this process.
      this.#options.onLost(entry.subjectSid, error);
      return false;
    }
  }
}

function keysOf({ sid, accountSid }: Leg): Pick<JournalEntry, 'subjectSid' | 'accountSid'> {
  return { subjectSid: sid, accountSid };
}

interface WrittenChange extends Advance {
  readonly endedBy?: EndedBy | undefined;
}

function entryOf(leg: Leg, change: WrittenChange, at: number, outbound?: OutboundMention): JournalEntry {
  const { state, event, endedBy } = change;
  const callback = event === undefined ? undefined : owedCallback(leg, { state, event }, at, outbound);
  const lacksMedia = state.phase === 'ended' && state.cause.noMedia === true;
  const notice = lacksMedia ? mediaLost(leg, state.cause, at) : undefined;
  return compact({
    ...keysOf(leg),
    leg: compact({ leg, state, endedBy }),
    events: [stateEvent(leg, change, at), ...(notice === undefined ? [] : [eventOf(notice)])],
    notifications: notice === undefined ? undefined : [notice],
    callbacks: callback === undefined ? undefined : [callback],
  });
}

function stateEvent(leg: Leg, change: Advance, at: number): NewCallEvent {
  const { state, event } = change;
  return {
    accountSid: leg.accountSid,
    callSid: leg.sid,
    at,
    kind: 'state',
    data: compact({
      status: statusOf(state),
      event,
      cause: state.phase === 'ended' ? state.cause : undefined,
      givingUp: 'giveUp' in state ? state.giveUp : undefined,
    }),
  };
}
