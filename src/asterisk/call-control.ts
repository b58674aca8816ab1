import { type Talk, TALK_ENDS_AFTER_MS } from '../call/answering-machine/answer-detector.ts';
import type { Clock } from '../concurrency/clock.ts';
import type {
  Bridge,
  CallControl,
  ConnectOptions,
  HangUpReason,
  InboundCall,
  LegListener,
  NamedPlayback,
  PlaceOrder,
  EchoOutcome,
  PlayOutcome,
  RecordOrder,
  RecordOutcome,
  TalkRecordOrder,
  TalkRecordOutcome,
} from '../call/call-control.ts';
import { readChannel, readList } from './ari/ari-objects.ts';
import { adoptTalks, connectLegs } from './legs/bridges.ts';
import { ClosingClock } from './legs/closing-clock.ts';
import { RoomBridges } from './legs/conferences.ts';
import type { AriConnection } from './ari/connection.ts';
import type { ControlledLeg } from './legs/controlled-leg.ts';
import { type AriEvent, readEvent } from './ari/events.ts';
import { sendDigits } from './legs/digits.ts';
import { InboundLeg } from './legs/inbound-leg.ts';
import { attempt, isChannelOf, type LegContext, type LegNames } from './legs/leg-context.ts';
import { isGuestChannel } from './legs/links.ts';
import { type LinkRules, SwitchLinks } from './legs/switch-links.ts';
import type { MediaSettings, SipProxy } from './sip-accounts/sip-object.ts';
import type { Log } from '../concurrency/log.ts';
import { OutboundLeg } from './legs/outbound-leg.ts';
import { Playbacks } from './legs/playback.ts';
import { LegRecorder } from './legs/leg-recorder.ts';
import { RingTones } from './legs/ring-tones.ts';
import { StasisApp } from './stasis-app.ts';
import { echo } from './legs/echo.ts';
import { listenForTalk } from './legs/talk-listener.ts';
import { AsteriskLegAudio } from './streams/leg-audio.ts';
import { TalkRecorder } from './legs/talk-recorder.ts';

/** Four hours, and some more so that a time limit of the core acts first. */
const LONGEST_CALL_S = 4 * 3600 + 100;
/** For events that were still on their way when Asterisk listed its channels. */
const RESYNC_GRACE_MS = 1_000;
export interface CallControlOptions {
  readonly ari: AriConnection;
  readonly clock: Clock;
  readonly log: Log;
  /** Told what happens to legs. */
  readonly legs: LegListener;
  /** Offered every call that comes in; must not throw. */
  readonly inbound: (call: InboundCall) => void;
  readonly longestCallS?: number;
  /** For endpoints that are made for a single call. */
  readonly media?: MediaSettings;
  /** Calls between this switch and the others of a cluster. */
  readonly links?: LinkRules;
  /** The proxy at which clients register, if they do so there. */
  readonly proxy?: SipProxy;
  /** The path of a sound's file, for an Asterisk on the same machine; undefined: it has to fetch the URL. */
  readonly soundFile?: (mediaUrl: string) => string | undefined;
}

/** Nobody but the room itself ends its recording. */
const NEVER = new AbortController().signal;

/** The INVITE of an adopted leg was sent long ago; of its order only the CallSid matters. */
function adoptedOrder(callSid: string): PlaceOrder {
  return { callSid, target: { kind: 'sip', uri: '' }, from: '', headers: [], timeoutS: 0 };
}

/** Call control over ARI: legs by CallSid on one side, channels and bridges on the other. */
export class AsteriskCallControl implements CallControl {
  readonly rooms: RoomBridges;
  /** The audio of legs, for streams. */
  readonly audio: AsteriskLegAudio;
  /** Calls between this switch and the others of a cluster. */
  readonly links: SwitchLinks;
  readonly #clock: ClosingClock;
  readonly #context: LegContext;
  readonly #legs = new Map<string, ControlledLeg>();
  readonly #playbacks: Playbacks;
  readonly #legRecorder: LegRecorder;
  readonly #talkRecorder: TalkRecorder;
  readonly #ringTones: RingTones;
  readonly #app: StasisApp;
  readonly #off: readonly (() => void)[];

  constructor(options: CallControlOptions) {
    const { longestCallS = LONGEST_CALL_S } = options;
    this.#clock = new ClosingClock(options.clock);
    this.#context = { ...options, clock: this.#clock, owners: new Map(), longestCallS };
    this.#playbacks = new Playbacks(this.#context);
    this.#legRecorder = new LegRecorder(this.#context, this.#playbacks);
    this.#talkRecorder = new TalkRecorder(this.#context);
    this.rooms = new RoomBridges(this.#context, (callSid) => this.#legs.get(callSid));
    this.audio = new AsteriskLegAudio(this.#context, (callSid) => this.#legs.get(callSid));
    this.#ringTones = new RingTones(this.#playbacks);
    this.#app = new StasisApp(this.#context);
    this.links = new SwitchLinks(this.#context, options.links, {
      find: (callSid) => this.#legs.get(callSid),
      keep: (leg) => this.#keep(leg),
    });
    this.#off = [
      options.ari.onEvent((value) => {
        const event = readEvent(value);
        if (event !== undefined) this.#onEvent(event);
      }),
      options.ari.onUp(({ restarted }) => void this.#resync(restarted)),
    ];
  }

  /** Stops listening; the channels stay as they are. */
  close(): void {
    for (const off of this.#off) off();
    this.#app.close();
    this.audio.close();
    this.#clock.close();
  }

  /** Whether this channel belongs to a leg, or to a call that was offered and is not decided yet. */
  owns(channelId: string): boolean {
    return this.#context.owners.has(channelId);
  }

  accept(channelId: string, callSid: string): void {
    const kept = this.#app.take(channelId);
    const leg = new InboundLeg(this.#context, { channelId, callSid });
    this.#keep(leg);
    leg.claim();
    queueMicrotask(() => {
      const events: readonly AriEvent[] = kept ?? [
        { type: 'end', channelId, end: { why: 'the caller had gone' } },
      ];
      for (const event of events) this.#context.owners.get(channelId)?.onEvent(event);
    });
  }

  /**
   * Adopts legs that a former process drove. What happened to each one meanwhile follows as inputs; a leg without any
   * channel left is `lost`. Rejects with AriError when Asterisk does not answer.
   */
  async adopt(legs: readonly LegNames[]): Promise<void> {
    if (legs.length === 0) return;
    const channels = readList(await this.#context.ari.run('channels', 'list'), readChannel);
    for (const names of legs) {
      const { callSid, channelId } = names;
      const own = channels.filter(({ id }) => isChannelOf(names, id));
      const [first] = own;
      if (first === undefined) {
        void this.#context.legs.input(callSid, { type: 'lost', why: 'It ended while Legwork was away' });
      } else if (channelId !== undefined) {
        const leg = new InboundLeg(this.#context, { channelId, callSid });
        this.#keep(leg);
        leg.adopt(first);
      } else {
        const leg = new OutboundLeg(this.#context, adoptedOrder(callSid));
        this.#keep(leg);
        leg.adopt(own);
      }
    }
    await adoptTalks(this.#context, [...this.#legs.values()]);
    // Events between that list and now were ignored, because the channels had no owner yet.
    void this.#resync(false);
  }

  /** Offers the calls that are waiting and whose arrival we missed. Rejects with AriError. */
  takeUp(): Promise<void> {
    return this.#app.takeUp();
  }

  refuse(channelId: string, reason: HangUpReason): Promise<void> {
    return this.#app.refuse(channelId, reason);
  }

  async startRinging(callSid: string, country?: string): Promise<void> {
    const leg = this.#legs.get(callSid);
    if (country !== undefined && leg?.isAnswered === true) this.#ringTones.start(leg, country);
    // On an answered channel Asterisk plays the ringing tone of its own zone.
    else await this.#act(callSid, 'ring');
  }

  async stopRinging(callSid: string): Promise<void> {
    await this.#ringTones.stop(callSid);
    await this.#act(callSid, 'ringStop');
  }

  answer(callSid: string): Promise<void> {
    return this.#act(callSid, 'answer');
  }

  place(order: PlaceOrder): void {
    const caller = order.earlyMediaTo === undefined ? undefined : this.#legs.get(order.earlyMediaTo);
    const leg = new OutboundLeg(this.#context, order, caller);
    this.#keep(leg);
    queueMicrotask(() => leg.place());
  }

  async hangUp(callSid: string, reason: HangUpReason): Promise<void> {
    await this.#legs.get(callSid)?.hangUp(reason);
  }

  async connect(first: string, second: string, options?: ConnectOptions): Promise<Bridge | undefined> {
    const [one, other] = [this.#legs.get(first), this.#legs.get(second)];
    if (one === undefined || other === undefined) return undefined;
    return connectLegs(this.#context, [one, other], options);
  }

  async play(
    callSid: string,
    mediaUrl: string,
    signal: AbortSignal,
    playback?: NamedPlayback,
  ): Promise<PlayOutcome> {
    const leg = this.#legs.get(callSid);
    return leg === undefined ? 'gone' : this.#playbacks.play(leg, mediaUrl, signal, playback);
  }

  async record(callSid: string, order: RecordOrder, signal: AbortSignal): Promise<RecordOutcome> {
    const leg = this.#legs.get(callSid);
    return leg === undefined ? 'gone' : this.#legRecorder.record(leg, order, signal);
  }

  async recordTalk(callSid: string, order: TalkRecordOrder, signal: AbortSignal): Promise<TalkRecordOutcome> {
    const { roomSid } = order;
    if (roomSid !== undefined) {
      const room = { callSid, bridge: () => this.rooms.bridgeOf(roomSid), ended: NEVER };
      return this.#talkRecorder.record(room, order, signal);
    }
    const leg = this.#legs.get(callSid);
    return leg === undefined ? 'gone' : this.#talkRecorder.record(leg, order, signal);
  }

  pauseRecording(_callSid: string, recordingSid: string): Promise<boolean> {
    return this.#talkRecorder.pause(recordingSid);
  }

  resumeRecording(_callSid: string, recordingSid: string): Promise<boolean> {
    return this.#talkRecorder.resume(recordingSid);
  }

  async detectTalking(
    callSid: string,
    onChange: (isTalking: boolean) => void,
    signal: AbortSignal,
  ): Promise<boolean> {
    const leg = this.#legs.get(callSid);
    if (leg === undefined || leg.ended.aborted) return false;
    const heard = (talk: Talk) => onChange(talk.type === 'begins');
    void listenForTalk(this.#context, leg, TALK_ENDS_AFTER_MS, heard, signal);
    return true;
  }

  async sendDigits(callSid: string, digits: string, signal: AbortSignal): Promise<void> {
    const leg = this.#legs.get(callSid);
    if (leg !== undefined) await sendDigits(this.#context, leg, digits, signal);
  }

  async listenForTalk(
    callSid: string,
    endsAfterMs: number,
    heard: (talk: Talk) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const leg = this.#legs.get(callSid);
    if (leg !== undefined) await listenForTalk(this.#context, leg, endsAfterMs, heard, signal);
  }

  async echo(callSid: string, signal: AbortSignal): Promise<EchoOutcome> {
    const leg = this.#legs.get(callSid);
    return leg === undefined ? 'gone' : await echo(this.#context, leg, signal);
  }

  mute(callSid: string, muted: boolean): Promise<void> {
    return this.#act(callSid, muted ? 'mute' : 'unmute', { direction: 'in' });
  }

  async setTimeLimit(callSid: string, seconds: number): Promise<void> {
    // Requests have connections of their own: the limit that every leg gets must not come after this one.
    await this.#legs.get(callSid)?.claimed;
    await this.#act(callSid, 'setChannelVar', {
      variable: 'TIMEOUT(absolute)',
      value: String(Math.max(1, Math.ceil(seconds))),
    });
  }

  startMusic(callSid: string): Promise<void> {
    return this.#act(callSid, 'startMoh');
  }

  stopMusic(callSid: string): Promise<void> {
    return this.#act(callSid, 'stopMoh');
  }

  #keep(leg: ControlledLeg): void {
    this.#legs.set(leg.callSid, leg);
    leg.ended.addEventListener('abort', () => {
      // A leg of another switch may have come a second time meanwhile.
      if (this.#legs.get(leg.callSid) === leg) this.#legs.delete(leg.callSid);
    });
  }

  async #act(callSid: string, operation: string, parameters: object = {}): Promise<void> {
    const channelId = this.#legs.get(callSid)?.channelId;
    if (channelId === undefined) return;
    const { ari } = this.#context;
    await attempt(this.#context, callSid, ari.run('channels', operation, { channelId, ...parameters }));
  }

  #onEvent(event: AriEvent): void {
    switch (event.type) {
      case 'playback-started':
      case 'playback-ended':
        return this.#playbacks.onEvent(event);
      case 'recording-started':
        this.#talkRecorder.onEvent(event);
        return this.#legRecorder.onEvent(event);
      case 'recording-ended':
        this.#talkRecorder.onEvent(event);
        return this.#legRecorder.onEvent(event);
      case 'arrived': {
        const owner = this.#context.owners.get(event.channel.id);
        if (owner !== undefined) return owner.onEvent(event);
        if (isGuestChannel(event.channel)) return void this.links.admit(event.channel);
        return this.#app.arrived(event.channel);
      }
      default:
        this.#context.owners.get(event.channelId)?.onEvent(event);
    }
  }

  /** Catches up on what happened while no events came: channels that are gone, answers that we missed. */
  async #resync(restarted: boolean): Promise<void> {
    const legs = [...this.#legs.values()];
    if (legs.length === 0) return;
    const { ari, clock, log } = this.#context;
    try {
      const channels = readList(await ari.run('channels', 'list'), readChannel);
      await clock.sleep(RESYNC_GRACE_MS);
      const byId = new Map(channels.map((channel) => [channel.id, channel]));
      const why = restarted ? 'Asterisk restarted' : 'ended while Asterisk was out of reach';
      for (const leg of legs) if (!leg.ended.aborted) leg.resync((id) => byId.get(id), why);
    } catch (error) {
      // The connection broke again; the next `up` leads back here.
      log.warn({ reason: String(error) }, 'cannot ask Asterisk for its channels');
    }
  }
}
