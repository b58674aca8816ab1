import { aborted } from '../../concurrency/aborted.ts';
import type { Talk } from '../../call/answering-machine/answer-detector.ts';
import type {
  Bridge,
  CallControl,
  ConnectOptions,
  HangUpReason,
  LegListener,
  PlaceOrder,
  EchoOutcome,
  PlayOutcome,
  RecordOrder,
  RecordOutcome,
  TalkRecordOrder,
  TalkRecordOutcome,
} from '../../call/call-control.ts';
import type { ReportedInput } from '../../call/leg/leg.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { calleeOf, type Callees } from './callees.ts';
import type { Heard } from './heard.ts';
import type { SimulatedRecordings } from './recordings.ts';
import { SimulatedLeg } from './simulated-leg.ts';
import { SimulatedRooms } from './simulated-rooms.ts';
import { SIP_STATUS } from './sip-status.ts';
import type { SimulatedSounds } from './sounds.ts';

const BEEP_MS = 1_000;
/** Of one key, with the pause after it; `w` is a pause of its own. */
const KEY_MS = 250;
const PAUSE_MS = 500;
const HELLO_AFTER_MS = 400;
const HELLO_MS = 600;

export interface SimulatedSwitchParts {
  readonly clock: Clock;
  readonly listener: LegListener;
  readonly sounds: Pick<SimulatedSounds, 'find'>;
  readonly recordings: SimulatedRecordings;
  readonly callees: Callees;
  /** Told of everything that a party hears, when it begins. */
  hears(callSid: string, heard: Heard): void;
  /** An inbound call became this leg, or none. */
  taken(channelId: string, callSid: string | undefined): void;
}

/** How much of a recording was left out, and since when something is. */
interface Pauses {
  skippedMs: number;
  skipsSince?: number | undefined;
}

/** Stands where Asterisk is on a real call: it rings phones, plays, records and connects, and all of it is told in words. */
export class SimulatedSwitch implements CallControl {
  readonly rooms: SimulatedRooms;
  readonly #parts: SimulatedSwitchParts;
  readonly #legs = new Map<string, SimulatedLeg>();
  readonly #talks = new Map<string, Pauses>();
  #bridges = 0;

  constructor(parts: SimulatedSwitchParts) {
    this.#parts = parts;
    this.rooms = new SimulatedRooms((callSid) => this.#live(callSid), parts);
  }

  /** The party at the other end of a leg; undefined when the leg is not there, or no longer. */
  party(callSid: string): SimulatedLeg | undefined {
    return this.#live(callSid);
  }

  /** The party at the other end of a leg presses a key. */
  press(callSid: string, key: string): void {
    if (this.#live(callSid)?.tellsKeys === true) this.#parts.listener.digit(callSid, key);
  }

  /** The party at the other end of a leg hangs up. */
  otherSideHangsUp(callSid: string): void {
    this.#tell(callSid, { type: 'end' });
  }

  accept(channelId: string, callSid: string): void {
    this.#legs.set(callSid, new SimulatedLeg(callSid, false, this.#parts.clock));
    this.#parts.taken(channelId, callSid);
  }

  refuse(channelId: string): Promise<void> {
    this.#parts.taken(channelId, undefined);
    return Promise.resolve();
  }

  startRinging(callSid: string): Promise<void> {
    return this.#hears(callSid, { kind: 'ringing' });
  }

  stopRinging(callSid: string): Promise<void> {
    return this.#hears(callSid, { kind: 'silence' });
  }

  answer(callSid: string): Promise<void> {
    if (this.#live(callSid)?.answered === false) this.#tell(callSid, { type: 'answer' });
    return Promise.resolve();
  }

  place(order: PlaceOrder): void {
    const { callSid } = order;
    const leg = new SimulatedLeg(callSid, true, this.#parts.clock);
    this.#legs.set(callSid, leg);
    const sipCallId = `${callSid}@simulated`;
    this.#parts.callees.rung({
      callSid,
      callee: calleeOf(order.target),
      order,
      gone: leg.gone,
      talks: leg.talks,
      ring: () => this.#tell(callSid, { type: 'ring' }),
      answer: () => this.#tell(callSid, { type: 'answer', sipCallId }),
      refuse: (sipStatus) => this.#tell(callSid, { type: 'end', sipStatus, sipCallId }),
      isNotRegistered: () => this.#tell(callSid, { type: 'end', q850: 20, why: 'not registered' }),
      hangUp: () => this.#tell(callSid, { type: 'end', sipCallId }),
    });
  }

  hangUp(callSid: string, reason: HangUpReason): Promise<void> {
    const leg = this.#live(callSid);
    if (leg === undefined) return Promise.resolve();
    const sipCallId = `${callSid}@simulated`;
    // A callee that is cancelled says nothing of its own.
    if (leg.isPlaced) this.#tell(callSid, { type: 'end', sipCallId });
    else this.#tell(callSid, leg.answered ? { type: 'end' } : { type: 'end', sipStatus: SIP_STATUS[reason] });
    return Promise.resolve();
  }

  connect(first: string, second: string, options: ConnectOptions = {}): Promise<Bridge | undefined> {
    const one = this.#live(first);
    const other = this.#live(second);
    if (one === undefined || other === undefined) return Promise.resolve(undefined);
    for (const [leg, peer] of [
      [one, other],
      [other, one],
    ] as const) {
      leg.tellsKeys = options.reportDigits === true;
      this.#parts.hears(leg.callSid, { kind: 'talk', callSid: peer.callSid });
      leg.beginsToTalk();
    }
    this.#bridges += 1;
    return Promise.resolve({
      id: `bridge-${this.#bridges}`,
      disconnect: async () => {
        for (const leg of [one, other]) {
          leg.tellsKeys = true;
          await this.#hears(leg.callSid, { kind: 'silence' });
        }
      },
    });
  }

  async play(callSid: string, mediaUrl: string, signal: AbortSignal): Promise<PlayOutcome> {
    const leg = this.#live(callSid);
    if (leg === undefined) return 'gone';
    const sound = this.#parts.sounds.find(mediaUrl);
    if (sound === undefined) return 'failed';
    this.#parts.hears(callSid, sound.heard);
    return (await leg.passes(sound.durationMs, signal)) ?? 'finished';
  }

  async record(callSid: string, order: RecordOrder, signal: AbortSignal): Promise<RecordOutcome> {
    const leg = this.#live(callSid);
    if (leg === undefined) return 'gone';
    if (order.beep) {
      this.#parts.hears(callSid, { kind: 'beep' });
      const cut = await leg.passes(BEEP_MS, signal);
      if (cut !== undefined) return cut;
    }
    const { outcome, content } = await leg.record(order, signal);
    this.#parts.recordings.add(order.recordingSid, content);
    return outcome;
  }

  async recordTalk(callSid: string, order: TalkRecordOrder, signal: AbortSignal): Promise<TalkRecordOutcome> {
    const leg = this.#live(callSid);
    if (leg === undefined) return 'gone';
    const { clock, recordings } = this.#parts;
    order.onBegun?.();
    if (order.track === 'inbound') {
      const { outcome, content } = await leg.listen(signal);
      recordings.add(order.recordingSid, content);
      return outcome;
    }
    const beganAt = clock.steady();
    const pauses: Pauses = { skippedMs: 0 };
    this.#talks.set(order.recordingSid, pauses);
    // A room is recorded until it is over, whichever of its legs ends before.
    const leaves =
      order.roomSid === undefined ? leg.passes(Number.MAX_SAFE_INTEGER, signal) : aborted(signal);
    const cut = await leaves;
    this.#goesOn(pauses);
    this.#talks.delete(order.recordingSid);
    const durationMs = clock.steady() - beganAt - pauses.skippedMs;
    recordings.add(order.recordingSid, { durationMs, spokenMs: durationMs, words: '' });
    return cut ?? 'stopped';
  }

  pauseRecording(_callSid: string, recordingSid: string): Promise<boolean> {
    const pauses = this.#talks.get(recordingSid);
    if (pauses !== undefined) pauses.skipsSince ??= this.#parts.clock.steady();
    return Promise.resolve(pauses !== undefined);
  }

  resumeRecording(_callSid: string, recordingSid: string): Promise<boolean> {
    const pauses = this.#talks.get(recordingSid);
    if (pauses !== undefined) this.#goesOn(pauses);
    return Promise.resolve(pauses !== undefined);
  }

  #goesOn(pauses: Pauses): void {
    if (pauses.skipsSince === undefined) return;
    pauses.skippedMs += this.#parts.clock.steady() - pauses.skipsSince;
    pauses.skipsSince = undefined;
  }

  detectTalking(
    callSid: string,
    onChange: (isTalking: boolean) => void,
    signal: AbortSignal,
  ): Promise<boolean> {
    const leg = this.#live(callSid);
    leg?.onTalk(onChange, signal);
    return Promise.resolve(leg !== undefined);
  }

  async sendDigits(callSid: string, digits: string, signal: AbortSignal): Promise<void> {
    const leg = this.#live(callSid);
    if (leg === undefined) return;
    const keys = digits.replaceAll('w', '').length;
    this.#parts.hears(callSid, { kind: 'keys', count: keys });
    await leg.passes(keys * KEY_MS + (digits.length - keys) * PAUSE_MS, signal);
  }

  /** Whoever answers a simulated call is a person who says hello. */
  async listenForTalk(
    callSid: string,
    endsAfterMs: number,
    heard: (talk: Talk) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const leg = this.#live(callSid);
    if (leg === undefined || (await leg.passes(HELLO_AFTER_MS, signal)) !== undefined) return;
    heard({ type: 'begins' });
    if ((await leg.passes(HELLO_MS + endsAfterMs, signal)) !== undefined) return;
    heard({ type: 'ends', durationMs: HELLO_MS });
    await leg.passes(Number.MAX_SAFE_INTEGER, signal);
  }

  async echo(callSid: string, signal: AbortSignal): Promise<EchoOutcome> {
    return (await this.#live(callSid)?.passes(Number.MAX_SAFE_INTEGER, signal)) ?? 'gone';
  }

  mute(): Promise<void> {
    return Promise.resolve();
  }

  startMusic(callSid: string): Promise<void> {
    return this.#hears(callSid, { kind: 'music' });
  }

  stopMusic(callSid: string): Promise<void> {
    return this.#hears(callSid, { kind: 'silence' });
  }

  /** Asterisk's net for when Legwork is not running, which is never the case here. */
  setTimeLimit(): Promise<void> {
    return Promise.resolve();
  }

  #hears(callSid: string, heard: Heard): Promise<void> {
    if (this.#live(callSid) !== undefined) this.#parts.hears(callSid, heard);
    return Promise.resolve();
  }

  #live(callSid: string): SimulatedLeg | undefined {
    const leg = this.#legs.get(callSid);
    return leg === undefined || leg.gone.aborted ? undefined : leg;
  }

  /** Tells what happened to a leg that is still there. */
  #tell(callSid: string, input: ReportedInput): void {
    const leg = this.#live(callSid);
    if (leg === undefined) return;
    if (input.type === 'answer') leg.answered = true;
    void this.#parts.listener.input(callSid, input);
    if (input.type === 'end') leg.end();
  }
}
