import type { CallbackAttempt, Settlement } from '../../src/call/callbacks-queue.ts';
import { compact } from '../../src/call/compact.ts';
import type { JournalEntry, StoredLeg } from '../../src/call/journal-store.ts';
import { endCauseText } from '../../src/call/leg/ended-by.ts';
import type { Clock } from '../../src/concurrency/clock.ts';
import { callRecordOf } from '../../src/records/call-record.ts';
import type { CallRecord } from '../../src/records/repositories.ts';
import { MemoryCallbackQueue } from './memory-callback-queue.ts';
import { MemoryJournalStore } from './memory-journal-store.ts';
import { memoryRepositories, type MemoryRepositories } from './memory-repositories.ts';

/** The whole store in memory: what the journal writes is what the repositories read. */
export class MemoryStore extends MemoryJournalStore {
  readonly repositories: MemoryRepositories = memoryRepositories();
  readonly callbackQueue: MemoryCallbackQueue = new MemoryCallbackQueue((attempt, settlement) =>
    this.#settled(attempt, settlement),
  );
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override async commit(entry: JournalEntry): Promise<void> {
    const written = super.commit(entry);
    const kept = this.entries.at(-1);
    if (this.failure === undefined && kept !== undefined) this.#take(kept);
    await written;
  }

  /** What a delivery makes of a callback, as people read it. */
  #settled({ callbackSid, ...attempt }: CallbackAttempt, settlement: Settlement): void {
    const { callbacks } = this.repositories.timeline;
    const index = callbacks.findIndex(({ sid }) => sid === callbackSid);
    const former = callbacks[index];
    if (former === undefined) return;
    const tried = { ...former, attempts: [...former.attempts, attempt] };
    const { state } = settlement;
    if (former.state !== 'pending' || state === 'pending') callbacks[index] = tried;
    else {
      const failure = state === 'failed' ? { failure: settlement.reason } : {};
      callbacks[index] = { ...tried, ...failure, state, settledAt: attempt.at + attempt.durationMs };
    }
  }

  #callOf({ leg, state, endedBy }: StoredLeg): CallRecord {
    const endCause = state.phase === 'ended' ? endCauseText(state.cause) : undefined;
    return { ...callRecordOf(leg, state, this.#clock.now()), ...compact({ endedBy, endCause }) };
  }

  #take(entry: JournalEntry): void {
    const { calls, conferences, messages, notifications, queues, recordings, streams, timeline } =
      this.repositories;
    const { leg } = entry;
    if (leg !== undefined) calls.put(this.#callOf(leg));
    for (const { accountSid: _accountSid, ...event } of entry.events ?? [])
      timeline.events.push({ id: timeline.events.length + 1, ...event });
    for (const callback of entry.callbacks ?? []) {
      timeline.callbacks.push({ ...callback, state: 'pending', attempts: [] });
      // What is due counts in even time, whatever the clock of the machine says.
      const ago = this.#clock.now() - callback.createdAt;
      this.callbackQueue.add({ ...callback, createdAt: this.#clock.steady() - ago });
    }
    notifications.rows.push(...(entry.notifications ?? []));
    for (const recording of entry.recordings ?? []) recordings.write(recording);
    for (const stream of entry.streams ?? []) streams.write(stream);
    for (const message of entry.messages ?? []) messages.write(message);
    void conferences.commit(entry);
    void queues.commit(entry);
  }
}
