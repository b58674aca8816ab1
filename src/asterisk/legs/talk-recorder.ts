import { recordingParts } from '../../call/recording/recording-parts.ts';
import type { TalkRecordOrder, TalkRecordOutcome } from '../../call/call-control.ts';
import { isGoing } from '../ari/ari-error.ts';
import type { ControlledLeg } from './controlled-leg.ts';
import type { AriEvent } from '../ari/events.ts';
import { attempt, type LegContext } from './leg-context.ts';
import { isStored } from './stored-recordings.ts';

/** The ids of the channels that listen to a leg begin with this; they end with the leg. */
export const LISTENER_PREFIX = 'listener.';

const START_DEADLINE_MS = 3_000;
const STOP_DEADLINE_MS = 2_000;

/** One recording in one or two parts, each made on a channel that listens to the leg. */
class TalkRecording {
  readonly #context: LegContext;
  readonly #leg: ControlledLeg;
  readonly #order: TalkRecordOrder;
  /** The parts that are still being recorded. */
  readonly #open: Set<string>;
  readonly #timers = new Set<() => void>();
  readonly done: Promise<void>;
  #settle: () => void = () => undefined;

  constructor(context: LegContext, leg: ControlledLeg, order: TalkRecordOrder) {
    this.#context = context;
    this.#leg = leg;
    this.#order = order;
    this.#open = new Set(recordingParts(order).map(({ name }) => name));
    this.done = new Promise((resolve) => {
      this.#settle = resolve;
    });
    leg.ended.addEventListener('abort', this.#legEnded);
  }

  /** Begins to record all parts at the same moment. */
  async begin(): Promise<boolean> {
    const parts = recordingParts(this.#order);
    if (!(await Promise.all(parts.map((part) => this.#listen(part.name, part.hears)))).every(Boolean)) {
      return false;
    }
    const begun = parts.map(({ name }) => this.#run('channels', 'record', this.#recordParameters(name)));
    return (await Promise.all(begun)).every(Boolean);
  }

  /** Resumes what a former process may have begun; begins only if Asterisk neither is recording nor has recorded it. */
  async goOn(): Promise<boolean> {
    if (await this.#isRunning()) return true;
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
    return { channelId, name, format: 'wav', ifExists: 'fail', beep: false, terminateOn: 'none' };
  }

  #run(resource: string, operation: string, parameters: object): Promise<boolean> {
    const { ari } = this.#context;
    return attempt(this.#context, this.#leg.callSid, ari.run(resource, operation, { ...parameters }));
  }

  #after(ms: number, run: () => void): void {
    this.#timers.add(this.#context.clock.after(ms, run));
  }
}

/** Records what legs say and hear; every recording ends with an outcome, even if Asterisk does not report its end. */
export class TalkRecorder {
  readonly #context: LegContext;
  readonly #running = new Map<string, TalkRecording>();

  constructor(context: LegContext) {
    this.#context = context;
  }

  onEvent({ name }: Extract<AriEvent, { type: 'recording-ended' }>): void {
    this.#running.get(name)?.ended(name);
  }

  /** Never rejects. */
  async record(leg: ControlledLeg, order: TalkRecordOrder, signal: AbortSignal): Promise<TalkRecordOutcome> {
    if (leg.channelId === undefined || leg.ended.aborted) return 'gone';
    const names = recordingParts(order).map(({ name }) => name);
    const running = new TalkRecording(this.#context, leg, order);
    for (const name of names) this.#running.set(name, running);
    const stop = () => running.stop();
    signal.addEventListener('abort', stop);
    const isOn = await (order.resumes === true ? running.goOn() : running.begin());
    if (isOn && signal.aborted) stop();
    if (!isOn) running.close();
    await running.done;
    signal.removeEventListener('abort', stop);
    for (const name of names) this.#running.delete(name);
    if (!isOn && order.resumes !== true && !leg.ended.aborted) return 'failed';
    return signal.aborted ? 'stopped' : 'gone';
  }
}
