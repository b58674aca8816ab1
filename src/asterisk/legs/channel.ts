import type { LegEnd } from '../../call/leg/outcome.ts';
import { AriError } from '../ari/ari-error.ts';
import type { AriChannel } from '../ari/ari-objects.ts';
import { type AriEvent, stateEvent } from '../ari/events.ts';
import { attempt, type ChannelOwner, type LegContext } from './leg-context.ts';

/** After a channel left our application or was hung up its end comes at once; this is for when it does not. */
const END_DEADLINE_MS = 5_000;

/** What a leg hears of its channels. */
export interface ChannelLeg {
  /** `progress`: by a 183, with which there may be something to hear. */
  ringing(channel: Channel, progress: boolean): void;
  answered(channel: Channel, sipCallId: string | undefined): void;
  digit(channel: Channel, digit: string): void;
  /** It is gone; nothing follows. */
  end(channel: Channel, end: LegEnd): void;
}

/** One channel of a leg: it is hung up until it is really gone, and its end is told once, whatever events are lost. */
export class Channel implements ChannelOwner {
  readonly channelId: string;
  protected readonly context: LegContext;
  protected readonly callSid: string;
  readonly #leg: ChannelLeg;
  readonly #timers = new Map<string, () => void>();
  #rang = false;
  #gone = false;

  constructor(
    context: LegContext,
    ids: { readonly channelId: string; readonly callSid: string },
    leg: ChannelLeg,
  ) {
    this.context = context;
    this.channelId = ids.channelId;
    this.callSid = ids.callSid;
    this.#leg = leg;
    context.owners.set(ids.channelId, this);
  }

  get isGone(): boolean {
    return this.#gone;
  }

  /** Whether a 180 or a 183 came. */
  get rang(): boolean {
    return this.#rang;
  }

  /** Learns from Asterisk's list what no event told. */
  update(channel: AriChannel): void {
    const event = stateEvent(channel);
    if (event !== undefined) this.onEvent(event);
  }

  onEvent(event: AriEvent): void {
    switch (event.type) {
      case 'ring':
        this.#rang = true;
        return this.#leg.ringing(this, event.progress === true);
      case 'answer':
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

  /** Hangs up with one of ARI's reasons; its end follows. */
  async hangUp(reason: string): Promise<void> {
    if (this.#gone) return;
    this.#expectEnd();
    const { channelId, context, callSid } = this;
    await attempt(context, callSid, context.ari.run('channels', 'hangup', { channelId, reason }));
  }

  /** After a reconnect: `listed` finds a channel in Asterisk's list, `why` is what became of one that is not there. */
  resync(listed: (channelId: string) => AriChannel | undefined, why: string): void {
    const channel = listed(this.channelId);
    if (channel === undefined) this.end({ why });
    else this.update(channel);
  }

  protected end(end: LegEnd): void {
    if (this.#gone) return;
    this.#gone = true;
    for (const stop of this.#timers.values()) stop();
    this.context.owners.delete(this.channelId);
    this.#leg.end(this, end);
  }

  /** Starts a timer that ends with the channel, in place of a former one of this name. */
  protected startTimer(name: string, ms: number, run: () => void): void {
    this.stopTimer(name);
    this.#timers.set(name, this.context.clock.after(ms, run));
  }

  protected stopTimer(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }

  /** From now on its end is due: Asterisk is asked when no event tells it. */
  #expectEnd(): void {
    if (this.#gone || this.#timers.has('end')) return;
    this.startTimer('end', END_DEADLINE_MS, () => void this.#verifyEnd());
  }

  async #verifyEnd(): Promise<void> {
    this.stopTimer('end');
    const { channelId } = this;
    try {
      await this.context.ari.run('channels', 'get', { channelId });
    } catch (error) {
      if (error instanceof AriError && error.code === 'gone') {
        return this.end({ why: 'its end was never reported' });
      }
    }
    await this.hangUp('normal');
  }
}
