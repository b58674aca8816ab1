import type { NewStream, StreamService } from '../../src/api/ports.ts';
import { newSid } from '../../src/call/sids.ts';
import type { StreamError, StreamRecord } from '../../src/call/stream/stream-record.ts';
import type { FakeClock } from './fake-clock.ts';
import type { MemoryStreams } from './memory-repositories.ts';

/** Stands for the streams of running calls: every call is in progress unless told otherwise. */
export class FakeStreamService implements StreamService {
  readonly begun: (readonly [callSid: string, stream: NewStream])[] = [];
  readonly stopped: string[] = [];
  refusal: StreamError | 'not-in-progress' | undefined;
  readonly #rows: MemoryStreams;
  readonly #accountSid: string;
  readonly #clock: FakeClock;

  constructor(rows: MemoryStreams, accountSid: string, clock: FakeClock) {
    this.#rows = rows;
    this.#accountSid = accountSid;
    this.#clock = clock;
  }

  async begin(callSid: string, stream: NewStream): Promise<StreamRecord | StreamError | 'not-in-progress'> {
    if (this.refusal !== undefined) return this.refusal;
    this.begun.push([callSid, stream]);
    const { parameters: _parameters, ...order } = stream;
    const now = this.#clock.now();
    const record: StreamRecord = {
      ...order,
      sid: newSid('MZ'),
      accountSid: this.#accountSid,
      callSid,
      status: 'in-progress',
      direction: 'unidirectional',
      nextSequence: 0,
      dateCreated: now,
      dateUpdated: now,
    };
    this.#rows.write(record);
    return record;
  }

  async stop(callSid: string, streamSid: string): Promise<StreamRecord | undefined> {
    this.stopped.push(streamSid);
    const record = await this.#rows.find(callSid, streamSid);
    if (record?.status !== 'in-progress') return undefined;
    const stopped: StreamRecord = { ...record, status: 'stopped' };
    this.#rows.write(stopped);
    return stopped;
  }
}
