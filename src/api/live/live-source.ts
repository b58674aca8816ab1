import type { JournalEntry, StoredLeg } from '../../call/journal-store.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import type { CallbackRecord } from '../../records/call-history.ts';
import type { Change, ChangedCall, Changes, OwnedCallEvent } from '../../records/changes.ts';
import {
  type DraftEvent,
  eventsOfCallback,
  eventsOfEntry,
  eventOfCall,
  eventOfLine,
  eventOfQueue,
} from './drafts.ts';
import type { QueueWithSize } from '../../records/queue-repository.ts';
import type { Kinship } from './kinship.ts';
import type { LiveStreams } from './live-streams.ts';
import { TimelineTail } from './timeline-tail.ts';

/** What comes within this time is read, made into JSON and sent together. */
const WINDOW_MS = 125;
/** With so many streams each write counts: then more is sent together. */
const MANY_STREAMS = 50;
const LONG_WINDOW_MS = 250;
/** The same call is sent at most so often, and its last state always. */
const CALL_EACH_MS = 250;
const AFTER_A_FAILURE_MS = 1_000;

export interface SourceParts {
  readonly changes: Changes;
  readonly kinship: Kinship;
  readonly streams: LiveStreams;
  readonly clock: Clock;
  readonly log: Log;
}

/** What has changed, and is to be read. */
interface Changed {
  readonly calls: Map<string, 'created' | 'updated'>;
  readonly callbacks: Set<string>;
  readonly queues: Set<string>;
  /** What needs no reading. */
  readonly drafts: DraftEvent[];
  lines: boolean;
}

/** Makes events of what the tables took, while somebody listens. Everything is read after it was committed. */
export class LiveSource {
  readonly #parts: SourceParts;
  #changed: Changed = nothing();
  /** When each call was sent last (steady clock). */
  readonly #sent = new Map<string, number>();
  /** Calls that were seen, so that each is created once. */
  readonly #seen = new Set<string>();
  #startedAt = 0;
  #stopListening: (() => void) | undefined;
  readonly #tail: TimelineTail;
  #cancel: (() => void) | undefined;
  #isFlushing = false;

  constructor(parts: SourceParts) {
    this.#parts = parts;
    this.#tail = new TimelineTail(parts.changes);
  }

  /** Listens while anything is of interest. To be called whenever that may have changed. */
  update(): void {
    const { streams, changes, clock } = this.#parts;
    const { isEmpty, linesOf } = streams.interests;
    if (isEmpty) return this.close();
    if (this.#stopListening === undefined) {
      this.#startedAt = clock.now();
      this.#stopListening = changes.listen((change) => this.#heard(change));
    }
    if (linesOf !== undefined && linesOf.length === 0) this.#tail.end();
    else this.#tail.begin();
  }

  /** Resolves when everything that can be read from now on will be sent. @throws StoreUnavailableError */
  async ready(): Promise<void> {
    await this.#tail.ready();
  }

  close(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#tail.end();
    this.#changed = nothing();
    this.#sent.clear();
    this.#seen.clear();
  }

  #heard(change: Change): void {
    const { callbacks } = this.#changed;
    if (change.kind === 'callbacks') for (const sid of change.sids) callbacks.add(sid);
    else if (change.kind === 'calls') for (const sid of change.sids) this.#updated(sid);
    else this.#heardEntry(change.entry);
    this.#flushIn(this.#windowMs());
  }

  #windowMs(): number {
    return this.#parts.streams.size > MANY_STREAMS ? LONG_WINDOW_MS : WINDOW_MS;
  }

  #heardEntry(entry: JournalEntry): void {
    const { kinship, streams } = this.#parts;
    const chain = kinship.knownChain(entry.accountSid);
    if (chain !== undefined && !streams.interests.concernsAccount(chain)) return;
    const changed = this.#changed;
    if (entry.leg !== undefined) this.#heardLeg(entry.leg);
    for (const { callSid } of entry.notifications ?? []) if (callSid !== undefined) this.#updated(callSid);
    for (const { sid } of entry.callbacks ?? []) changed.callbacks.add(sid);
    if (entry.queue !== undefined) changed.queues.add(entry.queue.sid);
    changed.drafts.push(...eventsOfEntry(entry));
    if (entry.events !== undefined) changed.lines = true;
  }

  #heardLeg({ leg, state }: StoredLeg): void {
    const isOver = state.phase === 'ended';
    const isNew = !isOver && !this.#seen.has(leg.sid) && leg.createdAt >= this.#startedAt;
    if (isOver) this.#seen.delete(leg.sid);
    else this.#seen.add(leg.sid);
    if (!isNew) return this.#updated(leg.sid);
    this.#changed.calls.set(leg.sid, 'created');
    // It has one more leg.
    if (leg.parentCallSid !== undefined) this.#updated(leg.parentCallSid);
  }

  #updated(callSid: string): void {
    const { calls } = this.#changed;
    if (!calls.has(callSid)) calls.set(callSid, 'updated');
  }

  #flushIn(ms: number): void {
    if (this.#isFlushing) return;
    this.#cancel ??= this.#parts.clock.after(ms, () => {
      this.#cancel = undefined;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const { streams, log } = this.#parts;
    this.#isFlushing = true;
    const taken = this.#take();
    let next = this.#windowMs();
    try {
      const drafts = await this.#read(taken);
      const events = await this.#parts.kinship.complete(drafts);
      streams.publish(events.filter((event) => streams.interests.concerns(event)));
    } catch (error) {
      log.warn(
        { reason: String(error) },
        'What happened cannot be read for those who watch; it is tried again',
      );
      this.#putBack(taken);
      next = AFTER_A_FAILURE_MS;
    }
    this.#isFlushing = false;
    const { calls, callbacks, queues, drafts, lines } = this.#changed;
    if (
      this.#stopListening !== undefined &&
      calls.size + callbacks.size + queues.size + drafts.length + Number(lines) > 0
    ) {
      this.#flushIn(next);
    }
  }

  /** What is due; a call that was sent a moment ago stays. */
  #take(): Changed {
    const now = this.#parts.clock.steady();
    for (const [sid, at] of this.#sent) if (now - at >= CALL_EACH_MS) this.#sent.delete(sid);
    const taken = this.#changed;
    this.#changed = nothing();
    for (const [sid, how] of taken.calls) {
      if (!this.#sent.has(sid)) continue;
      taken.calls.delete(sid);
      this.#changed.calls.set(sid, how);
    }
    for (const sid of taken.calls.keys()) this.#sent.set(sid, now);
    return taken;
  }

  #putBack(taken: Changed): void {
    const changed = this.#changed;
    for (const [sid, how] of taken.calls)
      if (changed.calls.get(sid) !== 'created') changed.calls.set(sid, how);
    for (const sid of taken.callbacks) changed.callbacks.add(sid);
    for (const sid of taken.queues) changed.queues.add(sid);
    changed.drafts.unshift(...taken.drafts);
    changed.lines ||= taken.lines;
    for (const sid of taken.calls.keys()) this.#sent.delete(sid);
  }

  async #read({ calls, callbacks, queues, drafts, lines }: Changed): Promise<readonly DraftEvent[]> {
    const { changes, streams } = this.#parts;
    const [changedCalls, callbackRecords, changedQueues, written] = await Promise.all([
      calls.size === 0 ? ([] as readonly ChangedCall[]) : changes.calls([...calls.keys()]),
      callbacks.size === 0 ? ([] as readonly CallbackRecord[]) : changes.callbacks([...callbacks]),
      queues.size === 0 ? ([] as readonly QueueWithSize[]) : changes.queues([...queues]),
      lines ? this.#tail.read(streams.interests.linesOf) : ([] as readonly OwnedCallEvent[]),
    ]);
    return [
      ...changedCalls.map((one) => eventOfCall(one, calls.get(one.record.sid) ?? 'updated')),
      ...written.map(eventOfLine),
      ...drafts,
      ...changedQueues.map(eventOfQueue),
      ...callbackRecords.flatMap((record) => eventsOfCallback(record, this.#tail.isWanted)),
    ];
  }
}

function nothing(): Changed {
  return { calls: new Map(), callbacks: new Set(), queues: new Set(), drafts: [], lines: false };
}
