import type { HangUpReason } from '../../call/call-control.ts';
import type { AriChannel } from '../ari/ari-types.ts';
import { ChannelHandle } from './channel-handle.ts';
import { ControlledLeg } from './controlled-leg.ts';
import { inputOf, stateReport, type Report } from '../ari/events.ts';
import { ARI_REASONS, legVariables, type ChannelOwner, type LegContext } from './leg-context.ts';

/** A leg that came to us: one channel from its first to its last moment. */
export class InboundLeg extends ControlledLeg implements ChannelOwner {
  readonly channelId: string;
  readonly #handle: ChannelHandle;

  constructor(context: LegContext, ids: { readonly channelId: string; readonly callSid: string }) {
    super(context, ids.callSid);
    this.channelId = ids.channelId;
    this.#handle = new ChannelHandle(context, ids, (end) => this.tell({ type: 'end', ...end }));
  }

  /** Marks the channel as this leg's, for lists of channels and for the net inside Asterisk. */
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
    const report = stateReport(channel);
    if (report !== undefined) this.report(report);
  }

  report(report: Report): void {
    switch (report.type) {
      case 'up': {
        const input = inputOf(report);
        if (input !== undefined) this.tell(input);
        return;
      }
      case 'digit':
        return this.context.listener.digit(this.callSid, report.digit);
      case 'left':
        return this.#handle.expectEnd();
      case 'ended':
        return this.#handle.ended(report.end);
      default:
    }
  }

  override hangUp(reason: HangUpReason): Promise<void> {
    return this.#handle.hangUp(this.isAnswered ? 'normal' : ARI_REASONS[reason]);
  }

  override resync(listed: (channelId: string) => AriChannel | undefined, why: string): void {
    const channel = listed(this.channelId);
    if (channel === undefined) {
      this.tell({ type: 'lost', why });
      return this.#handle.ended({ why });
    }
    const report = stateReport(channel);
    if (report !== undefined) this.report(report);
  }
}
