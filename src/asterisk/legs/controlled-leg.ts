import type { HangUpReason } from '../../call/call-control.ts';
import type { ReportedInput } from '../../call/leg/leg.ts';
import type { AriChannel } from '../ari/ari-types.ts';
import type { LegContext } from './leg-context.ts';
import { explainedEnd } from './media-loss.ts';

/** A bridge that stands already, made early or by another process; it goes with the first leg that ends, until somebody takes it over. */
export interface StandingBridge {
  readonly id: string;
  takeOver(): void;
}

/** A leg as this folder drives it. Tells the core each thing once, and nothing after the end. */
export abstract class ControlledLeg {
  readonly callSid: string;
  /** The bridge in which it is since before it was answered, or since before a restart. */
  standing: StandingBridge | undefined;
  protected readonly context: LegContext;
  /** Settles when the leg is out of a bridge that it is leaving; what is played before that fails. */
  departure: Promise<void> | undefined;
  /** Settles when it is known whether the leg stands in a bridge already, before it has answered. */
  joining: Promise<void> | undefined;
  readonly #ended = new AbortController();
  #rang = false;
  #answered = false;

  protected constructor(context: LegContext, callSid: string) {
    this.context = context;
    this.callSid = callSid;
  }

  /** The channel to act on; undefined while several may become it. */
  abstract get channelId(): string | undefined;

  /** Ends the leg; its `end` follows. */
  abstract hangUp(reason: HangUpReason): Promise<void>;

  /**
   * After a reconnect: what Asterisk has now. `listed` finds a channel in the list; `why` says what may have
   * become of one that is not there.
   */
  abstract resync(listed: (channelId: string) => AriChannel | undefined, why: string): void;

  /** Whether a 180, a 183 or an answer came. */
  get rang(): boolean {
    return this.#rang;
  }

  get isAnswered(): boolean {
    return this.#answered;
  }

  /** Aborts when the leg has ended. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  protected tell(input: ReportedInput): void {
    if (this.#ended.signal.aborted) return;
    if (input.type === 'end' && this.#answered)
      input = { ...input, ...explainedEnd(input, this.context.media?.timeoutS) };
    if (input.type === 'ring') {
      if (this.#rang) return;
      this.#rang = true;
    }
    if (input.type === 'answer') {
      if (this.#answered) return;
      this.#rang = true;
      this.#answered = true;
    }
    // Before the core hears of the end, whoever waits for this leg's sounds and bridges knows it.
    if (input.type === 'end' || input.type === 'lost') this.#ended.abort();
    this.context.listener.input(this.callSid, input);
  }
}
