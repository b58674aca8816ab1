import { AriError } from '../ari/ari-error.ts';
import { readChannel } from '../ari/ari-types.ts';
import type { ChannelEnd } from '../ari/events.ts';
import { attempt, type LegContext } from './leg-context.ts';

/** After leaving our application or being hung up, a channel's end comes at once; this is for when it does not. */
const END_DEADLINE_MS = 5_000;

/** One channel's way out: it is hung up until it is really gone, and its end is told once, whatever events are lost. */
export class ChannelHandle {
  readonly channelId: string;
  readonly #context: LegContext;
  readonly #callSid: string;
  readonly #onGone: (end: ChannelEnd) => void;
  #stopTimer: (() => void) | undefined;
  #gone = false;

  constructor(
    context: LegContext,
    ids: { readonly channelId: string; readonly callSid: string },
    onGone: (end: ChannelEnd) => void,
  ) {
    this.#context = context;
    this.channelId = ids.channelId;
    this.#callSid = ids.callSid;
    this.#onGone = onGone;
  }

  get isGone(): boolean {
    return this.#gone;
  }

  /** Hangs up with one of ARI's reasons; its end follows. */
  async hangUp(reason: string): Promise<void> {
    if (this.#gone) return;
    this.expectEnd();
    const { channelId } = this;
    await attempt(
      this.#context,
      this.#callSid,
      this.#context.ari.run('channels', 'hangup', { channelId, reason }),
    );
  }

  /** From now on its end is due: it is asked for when no event tells it. */
  expectEnd(): void {
    if (this.#gone || this.#stopTimer !== undefined) return;
    this.#stopTimer = this.#context.clock.after(END_DEADLINE_MS, () => void this.#verify());
  }

  /** Its end was told. */
  ended(end: ChannelEnd): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#stopTimer?.();
    this.#context.owners.delete(this.channelId);
    this.#onGone(end);
  }

  async #verify(): Promise<void> {
    this.#stopTimer = undefined;
    const { channelId } = this;
    try {
      readChannel(await this.#context.ari.run('channels', 'get', { channelId }));
    } catch (error) {
      if (error instanceof AriError && error.code === 'gone') {
        return this.ended({ why: 'its end was never reported' });
      }
    }
    await this.hangUp('normal');
  }
}
