import type { HangUpReason } from '../../call/call-control.ts';
import type { AriChannel } from '../ari/ari-objects.ts';
import { Channel } from './channel.ts';
import { ControlledLeg } from './controlled-leg.ts';
import { ARI_REASONS, legVariables, type LegContext } from './leg-context.ts';

/** A leg that came to us: one channel from its first to its last moment. */
export class InboundLeg extends ControlledLeg {
  readonly #channel: Channel;

  constructor(context: LegContext, ids: { readonly channelId: string; readonly callSid: string }) {
    super(context, ids.callSid);
    this.#channel = new Channel(context, { ...ids, isOurs: false }, this);
  }

  override get channelId(): string {
    return this.#channel.channelId;
  }

  protected override get channels(): readonly Channel[] {
    return [this.#channel];
  }

  /** Marks the channel as this leg's, for lists of channels and for the time limit inside Asterisk. */
  async claim(): Promise<void> {
    const { channelId, context, callSid } = this;
    const variables = legVariables(context, callSid);
    try {
      await context.ari.run('channels', 'setChannelVars', { channelId, variables });
    } catch (error) {
      // On a channel that is hanging up a function fails with 400.
      context.log.debug({ callSid, reason: String(error) }, 'a channel was not marked');
    }
  }

  /** Takes over the channel from another process; what has become of it follows as inputs. */
  adopt(channel: AriChannel): void {
    this.#channel.update(channel);
  }

  override ringing(): void {
    // It is the caller who hears ringing.
  }

  override hangUp(reason: HangUpReason): Promise<void> {
    return this.#channel.hangUp(this.isAnswered ? 'normal' : ARI_REASONS[reason]);
  }
}
