import type { RoomRecorder, RoomRecordOrder } from '../conference/room-recorder.ts';
import type { LiveLeg } from '../leg/live-leg.ts';
import { newSid } from '../sids.ts';
import type { NewRecording } from './recording-lifecycle.ts';
import { type RecordingRecord, roomOf, roomRecordingSid } from './recording-record.ts';
import { RunningRecording, type RunningRecordingDeps } from './running-recording.ts';

/** What is to be recorded, and where the callbacks about it go. */
export type RecordingTerms = Omit<NewRecording, 'sid' | 'accountSid' | 'callSid' | 'transcription'>;

export interface RunningRecordingsDeps extends RunningRecordingDeps {
  /** A recording as it is stored. */
  readonly read: (
    recording: Pick<RecordingRecord, 'accountSid' | 'sid'>,
  ) => Promise<RecordingRecord | undefined>;
}

export interface BeginOptions {
  /** Chosen before; a new one by default. */
  readonly sid?: string;
  /** Makes the recording durable in the state of the verb that began it, before Asterisk records. */
  keep?(record: RecordingRecord): Promise<void>;
  /** Asterisk could not record. */
  readonly onFailed?: () => void;
}

/** So many recordings of one leg may run at once. */
export const MOST_OF_A_CALL = 4;

/** Who goes on with these after a restart: nobody but us. */
const OF_NO_VERB: readonly RecordingRecord['source'][] = [
  'OutboundAPI',
  'StartCallRecordingAPI',
  'StartCallRecordingTwiML',
];

/** The recordings of legs and rooms that run in this process, whoever began them. */
export class RunningRecordings implements RoomRecorder {
  readonly #deps: RunningRecordingsDeps;
  readonly #bySid = new Map<string, RunningRecording>();

  constructor(deps: RunningRecordingsDeps) {
    this.#deps = deps;
  }

  /** One that runs. */
  get(recordingSid: string): RunningRecording | undefined {
    return this.#bySid.get(recordingSid);
  }

  /** Those of a leg, in the order in which they began; that of a room is nobody's. */
  ofCall(callSid: string): readonly RunningRecording[] {
    return this.#all(({ record }) => record.callSid === callSid && roomOf(record) === undefined);
  }

  /** Those that were begun in a conference. */
  ofConference(conferenceSid: string): readonly RunningRecording[] {
    return this.#all(({ record }) => record.conferenceSid === conferenceSid);
  }

  /** Begins a recording of a leg; resolves when it is durable. */
  async begin(live: LiveLeg, terms: RecordingTerms, options: BeginOptions = {}): Promise<RunningRecording> {
    const { accountSid, sid: callSid } = live.leg;
    const record = await this.#deps.lifecycle.begin({
      ...terms,
      sid: options.sid ?? newSid('RE'),
      accountSid,
      callSid,
    });
    await options.keep?.(record);
    return this.#add(new RunningRecording(record, live, this.#deps, options));
  }

  async beginInRoom({ accountSid, callSid, conferenceSid, ...terms }: RoomRecordOrder): Promise<void> {
    const sid = roomRecordingSid(conferenceSid);
    // Also one that was stopped, or that a former process began, is the only one.
    if (this.#bySid.has(sid) || (await this.#deps.read({ accountSid, sid })) !== undefined) return;
    const record = await this.#deps.lifecycle.begin({
      ...terms,
      sid,
      accountSid,
      callSid,
      conferenceSid,
      source: 'Conference',
      channels: 1,
    });
    this.#add(new RunningRecording(record, { sid: callSid }, this.#deps)).finishAtEnd();
  }

  endInRoom(conferenceSid: string): void {
    void this.#bySid.get(roomRecordingSid(conferenceSid))?.finish();
  }

  /** Goes on with one that a former process began: in the state in which it is stored, also when it is over. */
  async resume(live: LiveLeg, kept: RecordingRecord, options: BeginOptions = {}): Promise<RunningRecording> {
    return this.#resume(live, (await this.#deps.read(kept)) ?? kept, options);
  }

  /** Goes on with the one of this SID; undefined when the former process had not begun it. */
  async resumeOfSid(live: LiveLeg, sid: string): Promise<RunningRecording | undefined> {
    const record = await this.#deps.read({ accountSid: live.leg.accountSid, sid });
    return record === undefined ? undefined : this.#resume(live, record, {});
  }

  #resume(live: LiveLeg, record: RecordingRecord, options: BeginOptions): RunningRecording {
    const running = this.#add(new RunningRecording(record, live, this.#deps, { ...options, resumes: true }));
    if (record.status === 'stopped') void running.finish();
    return running;
  }

  /**
   * Goes on with what no verb goes on with, of the legs that live: what REST or `<Start>` began, runs on; anything else
   * is ended. So does the recording of a whole room, whoever of it lives. The others are returned.
   */
  adopt(
    unfinished: readonly RecordingRecord[],
    legOf: (callSid: string) => LiveLeg | undefined,
    isInHand: (record: RecordingRecord) => boolean,
  ): readonly RecordingRecord[] {
    return unfinished.filter((record) => {
      const live = legOf(record.callSid);
      const isRunning = ['in-progress', 'paused', 'stopped'].includes(record.status);
      if (!isRunning || this.#bySid.has(record.sid) || isInHand(record) || record.source === 'RecordVerb')
        return true;
      const isOfRoom = roomOf(record) !== undefined;
      if (!isOfRoom && live?.state.phase !== 'in-progress') return true;
      const leg = live ?? { sid: record.callSid };
      const running = this.#add(new RunningRecording(record, leg, this.#deps, { resumes: true }));
      const goesOn = isOfRoom || OF_NO_VERB.includes(record.source);
      if (goesOn && record.status !== 'stopped') running.finishAtEnd();
      else void running.finish();
      return false;
    });
  }

  #all(fits: (running: RunningRecording) => boolean): readonly RunningRecording[] {
    return [...this.#bySid.values()].filter((running) => running.isRunning && fits(running));
  }

  #add(running: RunningRecording): RunningRecording {
    const { sid } = running.record;
    this.#bySid.set(sid, running);
    void running.ended.then(() => this.#bySid.delete(sid));
    return running;
  }
}
