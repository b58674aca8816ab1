import type { Talk } from '../../call/answering-machine/answer-detector.ts';
import { compact } from '../../call/compact.ts';
import type { LegEnd } from '../../call/leg/outcome.ts';
import { AriError } from '../ari/ari-error.ts';
import type { AriChannel } from '../ari/ari-objects.ts';
import { type AriEvent, stateEvent } from '../ari/events.ts';
import { attempt, type ChannelOwner, type LegContext } from './leg-context.ts';
import { watchMedia } from './media-watch.ts';

/** The end of a channel that left our application or was hung up comes at once; after this time we ask for it. */
const END_DEADLINE_MS = 5_000;

/** What a leg hears of its channels. */
export interface ChannelLeg {
  /** A channel that we make is ready to be dialled. */
  started(channel: Channel): void;
  /** `progress`: it was a 183, so there may be something to hear. */
  ringing(channel: Channel, progress: boolean): void;
  answered(channel: Channel, sipCallId: string | undefined): void;
  digit(channel: Channel, digit: string): void;
  /** Told only of a channel that is listened to. */
  talk(channel: Channel, talk: Talk): void;
  /** The channel is gone; nothing follows. */
  end(channel: Channel, end: LegEnd): void;
}

export interface ChannelIds {
  readonly channelId: string;
  readonly callSid: string;
  /** Whether we make the channel; otherwise a call came in on it. */
  readonly isOurs: boolean;
}

/** One channel of a leg. Hanging up is repeated until it is gone, and its end is told once, even if events are lost. */
export class Channel implements ChannelOwner {
  readonly channelId: string;
  readonly callSid: string;
  readonly context: LegContext;
  /** When the INVITE was sent; 0: not yet, or by a former process long ago. */
  dialledAt = 0;
  /** Whether nothing has been heard from the party for MEDIA_TIMEOUT_S (media-watch.ts). */
  isSilent = false;
  readonly #isOurs: boolean;
  readonly #leg: ChannelLeg;
  readonly #timers = new Map<string, () => void>();
  /** Whether Asterisk has it, as far as we know; only then can it be hung up. */
  #exists: boolean;
  #started: boolean;
  #hangUp: { readonly reason: string; readonly why: string; readonly sipStatus?: number } | undefined;
  #rang = false;
  #answered = false;
  #gone = false;

  constructor(context: LegContext, { channelId, callSid, isOurs }: ChannelIds, leg: ChannelLeg) {
    this.context = context;
    this.channelId = channelId;
    this.callSid = callSid;
    this.#isOurs = isOurs;
    this.#exists = !isOurs;
    this.#started = !isOurs;
    this.#leg = leg;
    context.owners.set(channelId, this);
  }

  /** Whether it has entered our application. */
  get isStarted(): boolean {
    return this.#started;
  }

  /** Whether it is gone or being hung up. */
  get isClosing(): boolean {
    return this.#gone || this.#hangUp !== undefined;
  }

  /** Whether a 180 or a 183 came. */
  get rang(): boolean {
    return this.#rang;
  }

  /** Whether a final answer or at least a 180 or 183 may still come. */
  get isUnheard(): boolean {
    return !this.#rang && !this.#answered && !this.isClosing;
  }

  /** Called when Asterisk has made the channel. */
  created(): void {
    this.#exists = true;
    if (this.#hangUp !== undefined) void this.#sendHangUp(this.#hangUp.reason);
  }

  /** Adopts a channel that a former process made; one that was never dialled is hung up. */
  adopt(channel: AriChannel): void {
    this.#exists = true;
    this.#started = true;
    if (channel.state === 'Down') void this.hangUp('normal', 'was created, but never dialled');
    this.update(channel);
  }

  /** Learns from Asterisk's list of channels what no event has told. */
  update(channel: AriChannel): void {
    const event = stateEvent(channel);
    if (event !== undefined) this.onEvent(event);
  }

  onEvent(event: AriEvent): void {
    switch (event.type) {
      case 'arrived':
        return this.#arrived();
      case 'ring':
        this.#rang = true;
        return this.#leg.ringing(this, event.progress === true);
      case 'answer':
        this.#answered = true;
        for (const name of ['limit', 'silence', 'ring']) this.#stopTimer(name);
        if (!this.#gone) watchMedia(this);
        return this.#leg.answered(this, event.sipCallId);
      case 'digit':
        return this.#leg.digit(this, event.digit);
      case 'talk':
        return this.#leg.talk(this, event.talk);
      case 'left':
        return this.#expectEnd();
      case 'end':
        return this.end(event.end);
      default:
    }
  }

  /**
   * Hangs up with one of ARI's reasons; the end follows. If the channel is ours, its end gives `why` as the reason, and
   * `sipStatus`, if that is how the end counts.
   */
  async hangUp(reason: string, why = 'hung up by us', sipStatus?: number): Promise<void> {
    if (this.isClosing) return;
    this.#hangUp = sipStatus === undefined ? { reason, why } : { reason, why, sipStatus };
    this.#stopTimer('limit');
    // A channel that is still being made cannot be hung up yet: `created` or `#arrived` does it.
    if (this.#exists) await this.#sendHangUp(reason);
  }

  /** Hangs up after this time, unless the channel is answered or gets another limit before. */
  limit(ms: number, why: string): void {
    this.startTimer('limit', ms, () => void this.hangUp('normal', why));
  }

  /** Starts a timer that is stopped when the channel ends. It replaces an earlier one of the same name. */
  startTimer(name: string, ms: number, run: () => void): void {
    this.#stopTimer(name);
    this.#timers.set(name, this.context.clock.after(ms, run));
  }

  /** Catches up after a reconnect: `listed` finds a channel in Asterisk's list; `why` is the reason if it is not there. */
  resync(listed: (channelId: string) => AriChannel | undefined, why: string): void {
    // A channel that is just being created fails or starts by itself.
    if (this.#gone || !this.#exists) return;
    const channel = listed(this.channelId);
    if (channel === undefined) this.end({ why });
    else this.update(channel);
  }

  end(end: LegEnd): void {
    if (this.#gone) return;
    this.#gone = true;
    for (const stop of this.#timers.values()) stop();
    this.context.owners.delete(this.channelId);
    const byUs = this.#isOurs ? this.#hangUp : undefined;
    this.#leg.end(this, byUs === undefined ? end : endByUs(end, byUs));
  }

  #arrived(): void {
    if (this.#started) return;
    this.#exists = true;
    this.#started = true;
    this.#stopTimer('limit');
    if (this.#hangUp !== undefined) void this.#sendHangUp(this.#hangUp.reason);
    else this.#leg.started(this);
  }

  async #sendHangUp(reason: string): Promise<void> {
    if (this.#gone) return;
    this.#expectEnd();
    const { channelId, context, callSid } = this;
    await attempt(context, callSid, context.ari.run('channels', 'hangup', { channelId, reason }));
  }

  /** The end is due from now on; if no event tells it, Asterisk is asked. */
  #expectEnd(): void {
    if (this.#gone || this.#timers.has('end')) return;
    this.startTimer('end', END_DEADLINE_MS, () => void this.#verifyEnd());
  }

  async #verifyEnd(): Promise<void> {
    this.#stopTimer('end');
    const { channelId } = this;
    try {
      await this.context.ari.run('channels', 'get', { channelId });
    } catch (error) {
      if (error instanceof AriError && error.code === 'gone') {
        return this.end({ why: 'its end was never reported' });
      }
    }
    await this.#sendHangUp('normal');
  }

  #stopTimer(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }
}

/** The SIP status that Asterisk gives for a channel that we hung up (603 if it was never dialled) is not the callee's. */
function endByUs(end: LegEnd, byUs: Pick<LegEnd, 'why' | 'sipStatus'>): LegEnd {
  const { sipStatus: _, ...rest } = end;
  const { why, sipStatus } = byUs;
  return compact({ ...rest, why, sipStatus });
}
