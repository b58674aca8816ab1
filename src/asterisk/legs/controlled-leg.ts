import type { HangUpReason } from '../../call/call-control.ts';
import type { Talk } from '../../call/answering-machine/answer-detector.ts';
import { compact } from '../../call/compact.ts';
import type { ReportedInput } from '../../call/leg/leg.ts';
import { endWithoutMedia } from '../../call/leg/media-lost.ts';
import type { LegEnd } from '../../call/leg/outcome.ts';
import type { AriChannel } from '../ari/ari-objects.ts';
import type { Channel, ChannelLeg } from './channel.ts';
import type { LegContext } from './leg-context.ts';
import { OVER } from '../../concurrency/over.ts';

/**
 * A bridge that two legs are in already, because they were connected before the answer or by a former process. It is
 * destroyed with the first leg that ends, unless somebody takes it over before.
 */
export interface StandingBridge {
  readonly id: string;
  takeOver(): void;
}

/** A leg as Asterisk's channels make it up. Tells the core everything once, and nothing after the end. */
export abstract class ControlledLeg implements ChannelLeg {
  readonly callSid: string;
  /** The bridge that the leg has been in since before it was answered, or since before a restart. */
  standing: StandingBridge | undefined;
  /** Resolves when the leg has left a bridge; anything played before that fails. */
  departure: Promise<void> | undefined;
  /** Resolves when Asterisk has set the variables that every channel of ours gets, the longest time limit among them. */
  claimed: Promise<void> | undefined;
  /** Resolves when it is known whether an unanswered leg is in a standing bridge. */
  joining: Promise<void> | undefined;
  /** Until when (steady clock) Asterisk goes on sending the digits that it accepted, whether they are still wanted or not. */
  sendsDigitsUntil = 0;
  /** Told of the sounds of the other side while it is listened to. */
  readonly talkListeners = new Set<(talk: Talk) => void>();
  protected readonly context: LegContext;
  readonly #ended = new AbortController();
  #rang = false;
  #answered = false;
  #lost: string | undefined;

  protected constructor(context: LegContext, callSid: string) {
    this.context = context;
    this.callSid = callSid;
  }

  /** The channel to act on; undefined while several may become it. */
  abstract get channelId(): string | undefined;

  /** The channels that are not gone. */
  protected abstract readonly channels: Iterable<Channel>;

  /** Ends the leg; its `end` follows. */
  abstract hangUp(reason: HangUpReason): Promise<void>;

  get isAnswered(): boolean {
    return this.#answered;
  }

  /** Aborts when the leg has ended. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /**
   * Catches up after a reconnect: `listed` finds a channel in Asterisk's list; `why` is the reason for the channels that
   * are not there.
   */
  resync(listed: (channelId: string) => AriChannel | undefined, why: string): void {
    // A leg whose last channel has vanished is lost; its `end` is called within this loop.
    this.#lost = why;
    for (const channel of this.channels) channel.resync(listed, why);
    this.#lost = undefined;
  }

  /** Overridden where channels are made: a channel that came in never starts. */
  started(_channel: Channel): void {}

  ringing(_channel: Channel, _progress: boolean): void {
    if (this.#rang) return;
    this.#rang = true;
    this.#tell({ type: 'ring' });
  }

  answered(_channel: Channel, sipCallId: string | undefined): void {
    if (this.#answered) return;
    this.#rang = true;
    this.#answered = true;
    this.#tell(compact({ type: 'answer', sipCallId }));
  }

  digit(_channel: Channel, digit: string): void {
    this.context.legs.digit(this.callSid, digit);
  }

  talk(_channel: Channel, talk: Talk): void {
    for (const listener of this.talkListeners) listener(talk);
  }

  end(channel: Channel | undefined, end: LegEnd): void {
    if (this.#lost !== undefined) return this.#tell({ type: 'lost', why: this.#lost });
    // Asterisk has no answer to a request within the call, so it has sent BYE itself.
    const lacksMedia = this.#answered && channel?.isSilent === true && end.sipStatus === 408;
    this.#tell({ type: 'end', ...(lacksMedia ? endWithoutMedia(end, this.context.media?.timeoutS) : end) });
  }

  #tell(input: ReportedInput): void {
    if (this.#ended.signal.aborted) return;
    // Whoever waits for the leg's sounds and bridges must know of the end before the core does.
    if (input.type === 'end' || input.type === 'lost') this.#ended.abort(OVER);
    void this.context.legs.input(this.callSid, input);
  }
}
