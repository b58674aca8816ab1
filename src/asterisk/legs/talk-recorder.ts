import { RESUMES_AFTER_MS } from '../../call/recording/running-recording.ts';
import { recordingParts } from '../../call/recording/recording-parts.ts';
import type { TalkRecordOrder, TalkRecordOutcome } from '../../call/call-control.ts';
import { isGoing } from '../ari/ari-error.ts';
import type { AriEvent } from '../ari/events.ts';
import { attempt, type LegContext } from './leg-context.ts';
import { isStored } from './stored-recordings.ts';

/** The ids of the channels that listen to a leg begin with this; they end with the leg. */
export const LISTENER_PREFIX = 'listener.';

const START_DEADLINE_MS = 3_000;
/** Asterisk reports that it records some milliseconds after it was told to. */
const REPORTED_WITHIN_MS = 1_000;
const STOP_DEADLINE_MS = 2_000;
const FILE = { format: 'wav', ifExists: 'fail', beep: false, terminateOn: 'none' } as const;

/** A leg whose sound is recorded, or with `bridge` a room. */
export interface RecordedSound {
  readonly callSid: string;
  readonly channelId?: string | undefined;
  /** Finds the room's bridge. */
  readonly bridge?: () => Promise<string | undefined>;
  readonly ended: AbortSignal;
}

/** One recording in one or two parts, each made on a channel that listens to the leg; of a room in one, by its bridge. */
class TalkRecording {
  readonly #context: LegContext;
  readonly #leg: RecordedSound;
  readonly #order: TalkRecordOrder;
  /** The parts that are still being recorded. */
  readonly #open: Set<string>;
  readonly #timers = new Set<() => void>();
  /** Resolves when nothing is recorded any more. */
  readonly done: Promise<void>;
  #settle: () => void = () => undefined;
  /** The parts of which Asterisk has not reported that it records them. */
  readonly #unreported: Set<string>;
  #reportAll: () => void = () => undefined;
  readonly #allReported: Promise<void>;

  constructor(context: LegContext, leg: RecordedSound, order: TalkRecordOrder) {
    this.#context = context;
    this.#leg = leg;
    this.#order = order;
    this.#open = new Set(recordingParts(order).map(({ name }) => name));
    this.#unreported = new Set(this.#open);
    this.#allReported = new Promise((resolve) => {
      this.#reportAll = resolve;
    });
    this.done = new Promise((resolve) => {
      this.#settle = resolve;
    });
    leg.ended.addEventListener('abort', this.#legEnded);
  }

  /** Begins to record all parts at the same moment. */
  async begin(): Promise<boolean> {
    const parts = recordingParts(this.#order);
    if (this.#leg.bridge !== undefined) return this.#recordBridge(await this.#leg.bridge());
    if (!(await Promise.all(parts.map((part) => this.#listen(part.name, part.hears)))).every(Boolean)) {
      return false;
    }
    const begun = parts.map(({ name }) => this.#run('channels', 'record', this.#recordParameters(name)));
    return (await Promise.all(begun)).every(Boolean);
  }

  async #recordBridge(bridgeId: string | undefined): Promise<boolean> {
    if (bridgeId === undefined) return false;
    return this.#run('bridges', 'record', { bridgeId, name: this.#order.recordingSid, ...FILE });
  }

  /** Resumes what a former process may have begun; begins only if Asterisk neither is recording nor has recorded it. */
  async goOn(isWanted: () => boolean): Promise<boolean> {
    if (await this.#isRunning()) {
      this.#reportAll();
      return true;
    }
    if (!isWanted()) return false;
    const { ari } = this.#context;
    const stored = await Promise.all([...this.#open].map((name) => isStored(ari, name)));
    return stored.some(Boolean) ? false : this.begin();
  }

  async #isRunning(): Promise<boolean> {
    const names = [...this.#open];
    const found = await Promise.all(
      names.map((recordingName) =>
        this.#context.ari.run('recordings', 'getLive', { recordingName }).then(
          () => true,
          (error: unknown) => !isGoing(error),
        ),
      ),
    );
    return found.some(Boolean);
  }

  started(name: string): void {
    if (!this.#unreported.delete(name) || this.#unreported.size > 0) return;
    this.#order.onBegun?.();
    this.#reportAll();
  }

  /** Lets all parts leave out what is said; when one does not, none does. Waits until they are being recorded. */
  async pause(): Promise<boolean> {
    // A pause that comes before Asterisk has begun would have no effect.
    this.#after(REPORTED_WITHIN_MS, () => this.#reportAll());
    await Promise.race([this.#allReported, this.done]);
    if (await this.#onAll('pause')) return true;
    await this.#onAll('unpause');
    return false;
  }

  /** Lets all parts go on; nothing happens to those that are not paused. */
  async resume(): Promise<boolean> {
    // What was said during the pause may still be on its way through the listener; 40 ms of it were measured.
    await this.#context.clock.sleep(RESUMES_AFTER_MS);
    return this.#onAll('unpause');
  }

  /**
   * Not `mute` for a pause that is heard as silence: after its first `unmute`, Asterisk 22.10 takes each further `unmute`
   * for a `mute`, and no `mute` at all (recording_unmute in res_stasis_recording.c).
   */
  async #onAll(operation: 'pause' | 'unpause'): Promise<boolean> {
    if (this.#open.size === 0) return false;
    const parts = [...this.#open].map((recordingName) =>
      this.#run('recordings', operation, { recordingName }),
    );
    return (await Promise.all(parts)).every(Boolean);
  }

  ended(name: string): void {
    if (this.#open.delete(name) && this.#open.size === 0) this.close();
  }

  stop(): void {
    this.#after(STOP_DEADLINE_MS, () => this.close());
    for (const recordingName of this.#open) void this.#run('recordings', 'stop', { recordingName });
  }

  close(): void {
    for (const cancel of this.#timers) cancel();
    this.#leg.ended.removeEventListener('abort', this.#legEnded);
    if (this.#leg.bridge !== undefined) return this.#settle();
    for (const { name } of recordingParts(this.#order)) {
      const channelId = LISTENER_PREFIX + name;
      this.#context.owners.delete(channelId);
      if (!this.#leg.ended.aborted) void this.#run('channels', 'hangup', { channelId });
    }
    this.#settle();
  }

  // The listeners end with the leg, and the recordings a moment later.
  readonly #legEnded = () => this.#after(STOP_DEADLINE_MS, () => this.close());

  /** Makes a channel that listens to a side of the leg; true when it is there. */
  async #listen(name: string, spy: string): Promise<boolean> {
    const { ari, owners } = this.#context;
    const snoopId = LISTENER_PREFIX + name;
    const arrived = new Promise<boolean>((resolve) => {
      owners.set(snoopId, { onEvent: ({ type }) => type === 'arrived' && resolve(true) });
      this.#after(START_DEADLINE_MS, () => resolve(false));
    });
    const { channelId } = this.#leg;
    if (this.#order.resumes === true && (await this.#stands(snoopId))) return true;
    const parameters = { channelId, snoopId, spy, whisper: 'none', app: ari.app, appArgs: 'listener' };
    return (await this.#run('channels', 'snoopChannelWithId', parameters)) && arrived;
  }

  /** The former process may have ended after it made the listener and before it began the recording. */
  #stands(channelId: string): Promise<boolean> {
    return this.#context.ari.run('channels', 'get', { channelId }).then(
      () => true,
      () => false,
    );
  }

  #recordParameters(name: string): object {
    const channelId = LISTENER_PREFIX + name;
    return { channelId, name, ...FILE };
  }

  #run(resource: string, operation: string, parameters: object): Promise<boolean> {
    const { ari } = this.#context;
    return attempt(this.#context, this.#leg.callSid, ari.run(resource, operation, { ...parameters }));
  }

  #after(ms: number, run: () => void): void {
    this.#timers.add(this.#context.clock.after(ms, run));
  }
}

/** Records what legs say and hear, and what is heard in rooms; every recording ends with an outcome, even if Asterisk does not report its end. */
export class TalkRecorder {
  readonly #context: LegContext;
  readonly #running = new Map<string, TalkRecording>();

  constructor(context: LegContext) {
    this.#context = context;
  }

  onEvent({ name, type }: Extract<AriEvent, { type: 'recording-started' | 'recording-ended' }>): void {
    const running = this.#running.get(name);
    if (type === 'recording-started') running?.started(name);
    else running?.ended(name);
  }

  /** True: all of it is paused. */
  pause(recordingSid: string): Promise<boolean> {
    return this.#named(recordingSid)?.pause() ?? Promise.resolve(false);
  }

  /** True: all of it is recorded. */
  resume(recordingSid: string): Promise<boolean> {
    return this.#named(recordingSid)?.resume() ?? Promise.resolve(false);
  }

  #named(recordingSid: string): TalkRecording | undefined {
    return this.#running.get(recordingSid) ?? this.#running.get(`${recordingSid}-1`);
  }

  /** Never rejects. */
  async record(leg: RecordedSound, order: TalkRecordOrder, signal: AbortSignal): Promise<TalkRecordOutcome> {
    if ((leg.bridge ?? leg.channelId) === undefined || leg.ended.aborted) return 'gone';
    const names = recordingParts(order).map(({ name }) => name);
    const running = new TalkRecording(this.#context, leg, order);
    for (const name of names) this.#running.set(name, running);
    const stop = () => running.stop();
    signal.addEventListener('abort', stop);
    const isOn = await (order.resumes === true ? running.goOn(() => !signal.aborted) : running.begin());
    if (isOn && signal.aborted) stop();
    if (!isOn) running.close();
    await running.done;
    signal.removeEventListener('abort', stop);
    for (const name of names) this.#running.delete(name);
    if (!isOn && order.resumes !== true && !leg.ended.aborted) return 'failed';
    return signal.aborted ? 'stopped' : 'gone';
  }
}
