import { DEFAULT_MEDIA_TIMEOUT_S } from '../../call/leg/media-lost.ts';
import { readPacketsReceived } from '../ari/ari-objects.ts';
import type { LegContext } from './leg-context.ts';

/** What is watched: an answered channel. */
export interface WatchedChannel {
  readonly channelId: string;
  readonly callSid: string;
  readonly context: LegContext;
  readonly isClosing: boolean;
  isSilent: boolean;
  startTimer(name: string, ms: number, run: () => void): void;
}

/** How often a channel's packets are counted within MEDIA_TIMEOUT_S. */
const LOOKS = 4;
/** After so many looks in a row without a packet, and again after as many, the party is asked. */
const SILENT_LOOKS = 2;

/**
 * Watches an answered channel for as long as it lasts. When no RTP has come for half of MEDIA_TIMEOUT_S, the party is
 * sent a re-INVITE: one that is muted, on hold or sends nothing while it is silent answers it, and stays. To one that is
 * gone Asterisk sends BYE when no answer has come within 32 s, and takes the call for ended after another 32 s.
 */
export function watchMedia(channel: WatchedChannel): void {
  const timeoutS = channel.context.media?.timeoutS ?? DEFAULT_MEDIA_TIMEOUT_S;
  if (timeoutS === 0) return;
  let packets: number | undefined;
  let silentLooks = 0;
  const look = async () => {
    const now = await packetsReceived(channel);
    if (now !== undefined) {
      silentLooks = now === packets ? silentLooks + 1 : 0;
      packets = now;
      channel.isSilent = silentLooks >= SILENT_LOOKS;
      if (channel.isSilent && silentLooks % SILENT_LOOKS === 0) await askWhetherThere(channel);
    }
    again();
  };
  const again = () => {
    if (!channel.isClosing) channel.startTimer('media', (timeoutS * 1000) / LOOKS, () => void look());
  };
  again();
}

async function packetsReceived({ channelId, context }: WatchedChannel): Promise<number | undefined> {
  try {
    return readPacketsReceived(await context.ari.run('channels', 'rtpstatistics', { channelId }));
  } catch (error) {
    context.log.debug({ channelId, reason: String(error) }, 'cannot ask what comes from a party');
    return undefined;
  }
}

async function askWhetherThere({ channelId, callSid, context }: WatchedChannel): Promise<void> {
  try {
    await context.ari.run('channels', 'setChannelVar', {
      channelId,
      variable: 'PJSIP_SEND_SESSION_REFRESH()',
      value: 'invite',
    });
  } catch (error) {
    context.log.debug({ callSid, reason: String(error) }, 'cannot ask a silent party whether it is there');
  }
}
