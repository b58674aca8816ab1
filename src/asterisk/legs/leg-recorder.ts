import type { RecordOrder, RecordOutcome } from '../../call/call-control.ts';
import { isGoing } from '../ari/ari-error.ts';
import { readPacketsReceived } from '../ari/ari-objects.ts';
import type { ControlledLeg } from './controlled-leg.ts';
import type { AriEvent } from '../ari/events.ts';
import { attempt, type LegContext } from './leg-context.ts';
import type { Playbacks } from './playback.ts';
import { isStored } from './stored-recordings.ts';

/** How often a recording is checked, for a phone that sends nothing in silence and for an end that was not reported. */
const WATCH_MS = 1_000;
/** At every tenth check Asterisk is asked whether the recording still exists. */
const LOOKS_PER_CHECK = 10;
/** Asterisk's own limit is this much longer than ours; it takes effect when Legwork is not running. */
const LENGTH_NET_S = 2;
/** When a leg is hung up, its recording ends first, and the leg a moment later. */
const HANGUP_GRACE_MS = 500;
const STOP_DEADLINE_MS = 2_000;

/** One recording from its request to its end. */
class LegRecording {
  readonly done: Promise<RecordOutcome>;
  readonly #context: LegContext;
  readonly #leg: ControlledLeg;
  readonly #order: RecordOrder;
  readonly #timers = new Set<() => void>();
  #resolve: (outcome: RecordOutcome) => void = () => undefined;
  #settled = false;
  #isWatched = false;
  #stopping: 'stopped' | 'max-length' | 'silence' | undefined;

  constructor(context: LegContext, leg: ControlledLeg, order: RecordOrder) {
    this.#context = context;
    this.#leg = leg;
    this.#order = order;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    leg.ended.addEventListener('abort', this.#legEnded);
  }

  /** Recording has begun: the time counts, and it is checked from now on. */
  started(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    // A stop that came before Asterisk had begun had no effect.
    if (this.#stopping !== undefined) this.#stop();
    if (this.#settled) return;
    this.#after(this.#order.maxLengthS * 1000, () => this.stop('max-length'));
    this.#watch({ look: 1, packets: undefined, since: this.#context.clock.steady() });
  }

  ended(failure: string | undefined): void {
    if (failure !== undefined) {
      this.#context.log.warn({ callSid: this.#leg.callSid, reason: failure }, 'Asterisk did not record');
      return this.settle('failed');
    }
    if (this.#stopping !== undefined) return this.settle(this.#stopping);
    if (this.#order.silenceS === undefined) return this.settle('gone');
    this.#after(HANGUP_GRACE_MS, () => this.settle('silence'));
  }

  /** Ends the recording; what was recorded so far is kept. */
  stop(why: 'stopped' | 'max-length' | 'silence'): void {
    if (this.#settled || this.#stopping !== undefined) return;
    this.#stopping = why;
    this.#after(STOP_DEADLINE_MS, () => this.settle(why));
    this.#stop();
  }

  settle(outcome: RecordOutcome): void {
    if (this.#settled) return;
    this.#settled = true;
    for (const cancel of this.#timers) cancel();
    this.#leg.ended.removeEventListener('abort', this.#legEnded);
    this.#resolve(outcome);
  }

  readonly #legEnded = () => this.settle(this.#stopping === 'stopped' ? 'stopped' : 'gone');

  #stop(): void {
    const { ari } = this.#context;
    const recordingName = this.#order.recordingSid;
    void attempt(this.#context, this.#leg.callSid, ari.run('recordings', 'stop', { recordingName }));
  }

  #after(ms: number, run: () => void): void {
    this.#timers.add(this.#context.clock.after(ms, run));
  }

  /** Asterisk counts `maxSilenceSeconds` only while RTP arrives; for phones that send nothing in silence we count ourselves. */
  #watch(seen: {
    readonly look: number;
    readonly packets: number | undefined;
    readonly since: number;
  }): void {
    const { clock } = this.#context;
    this.#after(WATCH_MS, () => {
      void this.#look(seen.look).then((packets) => {
        if (this.#settled) return;
        const same = packets === undefined || packets === seen.packets;
        const since = same ? seen.since : clock.steady();
        const { silenceS = Number.POSITIVE_INFINITY } = this.#order;
        if (clock.steady() - since >= silenceS * 1000) this.stop('silence');
        this.#watch({ look: seen.look + 1, packets: packets ?? seen.packets, since });
      });
    });
  }

  async #look(look: number): Promise<number | undefined> {
    const { ari } = this.#context;
    const { channelId } = this.#leg;
    try {
      if (look % LOOKS_PER_CHECK === 0) {
        await ari.run('recordings', 'getLive', { recordingName: this.#order.recordingSid });
      }
    } catch (error) {
      // A check that fails says nothing.
      if (isGoing(error)) this.ended(undefined);
      return undefined;
    }
    if (this.#order.silenceS === undefined || channelId === undefined) return undefined;
    return ari.run('channels', 'rtpstatistics', { channelId }).then(readPacketsReceived, () => undefined);
  }
}

/** Records what legs say; every recording ends with an outcome, even if Asterisk does not report its end. */
export class LegRecorder {
  readonly #context: LegContext;
  readonly #playbacks: Playbacks;
  readonly #running = new Map<string, LegRecording>();

  constructor(context: LegContext, playbacks: Playbacks) {
    this.#context = context;
    this.#playbacks = playbacks;
  }

  onEvent(event: Extract<AriEvent, { type: 'recording-started' | 'recording-ended' }>): void {
    const running = this.#running.get(event.name);
    if (event.type === 'recording-started') running?.started();
    else running?.ended(event.failure);
  }

  /** Never rejects. */
  async record(leg: ControlledLeg, order: RecordOrder, signal: AbortSignal): Promise<RecordOutcome> {
    if (leg.channelId === undefined || leg.ended.aborted) return 'gone';
    if (signal.aborted) return 'stopped';
    if (order.beep && order.resumes !== true) {
      const beeped = await this.#playbacks.playMedia(leg, 'sound:beep', signal);
      if (beeped === 'gone' || beeped === 'stopped') return beeped;
    }
    const running = new LegRecording(this.#context, leg, order);
    this.#running.set(order.recordingSid, running);
    const stop = () => running.stop('stopped');
    signal.addEventListener('abort', stop);
    await this.#begin(leg.channelId, order, running);
    if (signal.aborted) stop();
    const outcome = await running.done;
    signal.removeEventListener('abort', stop);
    this.#running.delete(order.recordingSid);
    return outcome;
  }

  async #begin(channelId: string, order: RecordOrder, running: LegRecording): Promise<void> {
    const { ari, log } = this.#context;
    const { recordingSid: name, silenceS, maxLengthS } = order;
    try {
      if (order.resumes === true) {
        await ari.run('recordings', 'getLive', { recordingName: name });
        return running.started();
      }
      await ari.run('channels', 'record', {
        channelId,
        name,
        format: 'wav',
        maxDurationSeconds: maxLengthS + LENGTH_NET_S,
        ...(silenceS === undefined ? {} : { maxSilenceSeconds: silenceS }),
        ifExists: 'fail',
        beep: false,
        // We decide which keys end it.
        terminateOn: 'none',
      });
      // The event of its start may get lost, and may come late from a channel that first plays something else.
      running.started();
    } catch (error) {
      if (order.resumes === true) {
        // The former process may have ended before it asked Asterisk, for instance during the beep.
        const isMissing = isGoing(error) && !(await isStored(ari, name));
        return running.settle(isMissing ? 'missing' : 'silence');
      }
      if (!isGoing(error)) log.warn({ recordingSid: name, reason: String(error) }, 'cannot record');
      running.settle(isGoing(error) ? 'gone' : 'failed');
    }
  }
}
