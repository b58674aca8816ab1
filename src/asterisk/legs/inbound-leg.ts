import type { HangUpReason } from '../../call/call-control.ts';
import type { AriChannel } from '../ari/ari-objects.ts';
import { Channel } from './channel.ts';
import { ControlledLeg } from './controlled-leg.ts';
import { ARI_REASONS, legVariables, type LegContext } from './leg-context.ts';

/** A leg that called us: one and the same channel from beginning to end. */
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

  /** Marks the channel as this leg's, which lists of channels show, and sets its time limit in Asterisk. */
  claim(): void {
    this.claimed = this.#setVariables();
  }

  async #setVariables(): Promise<void> {
    const { channelId, context, callSid } = this;
    const variables = legVariables(context, callSid);
    try {
      await context.ari.run('channels', 'setChannelVars', { channelId, variables });
    } catch (error) {
      // A dialplan function fails with 400 on a channel that is hanging up.
      context.log.debug({ callSid, reason: String(error) }, 'a channel was not marked');
    }
  }

  /** Adopts the channel from a former process; what happened to it meanwhile follows as inputs. */
  adopt(channel: AriChannel): void {
    this.#channel.update(channel);
  }

  override ringing(): void {
    // Asterisk says "ringing" when it has sent the caller our 180.
  }

  override hangUp(reason: HangUpReason): Promise<void> {
    return this.#channel.hangUp(this.isAnswered ? 'normal' : ARI_REASONS[reason]);
  }
}
