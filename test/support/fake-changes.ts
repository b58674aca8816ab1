import type { CallbackRecord } from '../../src/records/call-history.ts';
import type { Change, Changes, OwnedCallEvent, WrittenEvents } from '../../src/records/changes.ts';
import type { QueueWithSize } from '../../src/records/queue-repository.ts';
import type { CallRecord } from '../../src/records/repositories.ts';

/** Tables that a test fills, and of which it tells what it likes. */
export class FakeChanges implements Changes {
  readonly rows = new Map<string, CallRecord>();
  readonly callbackRows = new Map<string, CallbackRecord>();
  readonly queueRows = new Map<string, QueueWithSize>();
  readonly lines: OwnedCallEvent[] = [];
  /** What was read, in order. */
  readonly reads: string[] = [];
  failure: Error | undefined;
  readonly #listeners = new Set<(change: Change) => void>();

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  calls = (sids: readonly string[]) =>
    this.#read('calls', () =>
      found(this.rows, sids).map((record) => ({ record, root: this.#rootOf(record.sid) })),
    );
  callbacks = (sids: readonly string[]) => this.#read('callbacks', () => found(this.callbackRows, sids));
  queues = (sids: readonly string[]) => this.#read('queues', () => found(this.queueRows, sids));
  lastEvent = () => this.#read('lastEvent', () => this.lines.at(-1)?.id ?? 0);
  rootsOf = (sids: readonly string[]) =>
    this.#read(
      'rootsOf',
      () => new Map(sids.flatMap((sid) => (this.#isLeg(sid) ? [[sid, this.#rootOf(sid)]] : []))),
    );
  events = ({ after, roots, most }: WrittenEvents) =>
    this.#read('events', () => {
      const wanted = ({ id, callSid }: OwnedCallEvent) =>
        id > after && (roots === undefined || roots.includes(this.#rootOf(callSid)));
      return this.lines.filter(wanted).slice(0, most);
    });

  #isLeg(sid: string): boolean {
    return sid.startsWith('CA');
  }

  #rootOf(sid: string): string {
    const parent = this.rows.get(sid)?.parentCallSid;
    return parent === undefined ? sid : this.#rootOf(parent);
  }

  async #read<T>(what: string, read: () => T): Promise<T> {
    this.reads.push(what);
    if (this.failure !== undefined) throw this.failure;
    return read();
  }
}

function found<T>(rows: ReadonlyMap<string, T>, sids: readonly string[]): readonly T[] {
  return sids.flatMap((sid) => rows.get(sid) ?? []);
}
