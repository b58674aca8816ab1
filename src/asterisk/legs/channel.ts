import type { LegEnd } from '../../call/leg/outcome.ts';
import { AriError } from '../ari/ari-error.ts';
import type { AriChannel } from '../ari/ari-objects.ts';
import { type AriEvent, stateEvent } from '../ari/events.ts';
import { attempt, type ChannelOwner, type LegContext } from './leg-context.ts';

/** After a channel left our application or was hung up, its end comes at once; this is for when it does not. */
const END_DEADLINE_MS = 5_000;

/** What a leg hears of its channels. */
export interface ChannelLeg {
  /** A channel that we make is there, and nothing was sent yet. */
  started(channel: Channel): void;
  /** `progress`: by a 183, with which there may be something to hear. */
  ringing(channel: Channel, progress: boolean): void;
  answered(channel: Channel, sipCallId: string | undefined): void;
  digit(channel: Channel, digit: string): void;
  /** It is gone; nothing follows. */
  end(channel: Channel, end: LegEnd): void;
}

export interface ChannelIds {
  readonly channelId: string;
  readonly callSid: string;
  /** Whether we make it; else a call came in on it. */
  readonly isOurs: boolean;
}

/** One channel of a leg: it is hung up until it is really gone, and its end is told once, whatever events are lost. */
export class Channel implements ChannelOwner {
  readonly channelId: string;
  readonly callSid: string;
  readonly context: LegContext;
  /** When the INVITE was sent; 0: not yet, or by another process long ago. */
  dialledAt = 0;
  readonly #isOurs: boolean;
  readonly #leg: ChannelLeg;
  readonly #timers = new Map<string, () => void>();
  /** Whether Asterisk has it, as far as we know: only then it can be hung up. */
  #exists: boolean;
  #started: boolean;
  #hangUp: { readonly reason: string; readonly why: string } | undefined;
  #rang = false;
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

  /** Asterisk has made it. */
  created(): void {
    this.#exists = true;
    if (this.#hangUp !== undefined) void this.#sendHangUp(this.#hangUp.reason);
  }

  /** Takes over a channel that another process made; one that was never dialled is hung up. */
  adopt(channel: AriChannel): void {
    this.#exists = true;
    this.#started = true;
    if (channel.state === 'Down') void this.hangUp('normal', 'was created, but never dialled');
    this.update(channel);
  }

  /** Learns from Asterisk's list of channels what no event told. */
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
        this.#stopTimer('limit');
        return this.#leg.answered(this, event.sipCallId);
      case 'digit':
        return this.#leg.digit(this, event.digit);
      case 'left':
        return this.#expectEnd();
      case 'end':
        return this.end(event.end);
      default:
    }
  }

  /** Hangs up with one of ARI's reasons; its end follows. `why` is what the end of a channel of ours then says. */
  async hangUp(reason: string, why = 'hung up by us'): Promise<void> {
    if (this.isClosing) return;
    this.#hangUp = { reason, why };
    this.#stopTimer('limit');
    // While it is being made there is nothing to hang up yet: `created` and `#arrived` do it.
    if (this.#exists) await this.#sendHangUp(reason);
  }

  /** Hangs up unless it is answered within this time, or another limit follows. */
  limit(ms: number, why: string): void {
    this.startTimer('limit', ms, () => void this.hangUp('normal', why));
  }

  /** Starts a timer that ends with the channel, in place of a former one of this name. */
  startTimer(name: string, ms: number, run: () => void): void {
    this.#stopTimer(name);
    this.#timers.set(name, this.context.clock.after(ms, run));
  }

  /** After a reconnect: `listed` finds a channel in Asterisk's list, `why` is what became of one that is not there. */
  resync(listed: (channelId: string) => AriChannel | undefined, why: string): void {
    // What is being created now fails or starts by itself.
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
    this.#leg.end(this, byUs === undefined ? end : endByUs(end, byUs.why));
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

  /** From now on its end is due: Asterisk is asked when no event tells it. */
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

/** What Asterisk says of a channel that we hung up (603 when it was never dialled) is not the callee's word. */
function endByUs(end: LegEnd, why: string): LegEnd {
  const { sipStatus: _, ...rest } = end;
  return { ...rest, why };
}
