import { readPacketsReceived, readVariable } from '../ari/ari-objects.ts';
import type { EarlyPair } from './bridges.ts';
import type { LegContext } from './leg-context.ts';

const FIRST_LOOK_MS = 50;
const RAREST_LOOK_MS = 2_000;

/**
 * Waits until a ringing callee has something for the caller to hear; false when it is answered or over before that. A
 * caller that is answered already may be connected at once, because its ringing tone goes on until the first packet.
 * Any other caller has to be told (by 183) that there is sound, which silences its own ringing tone; so first there
 * must be some.
 */
export async function hasEarlyMedia(context: LegContext, pair: EarlyPair): Promise<boolean> {
  const { caller, callee, channelId } = pair;
  const isOver = () => caller.ended.aborted || callee.ended.aborted || callee.isAnswered;
  if (!(await describesMedia(context, channelId))) return false;
  if (caller.isAnswered) return !isOver();
  for (let pauseMs = FIRST_LOOK_MS; !isOver(); pauseMs = Math.min(2 * pauseMs, RAREST_LOOK_MS)) {
    if (await sendsPackets(context, channelId)) return !isOver();
    await context.clock.sleep(pauseMs, callee.ended);
  }
  return false;
}

/** A 183 may come without a session description; then there is nothing to hear. */
async function describesMedia({ ari, log }: LegContext, channelId: string): Promise<boolean> {
  try {
    const answer = await ari.run('channels', 'getChannelVar', { channelId, variable: 'CHANNEL(rtp,dest)' });
    return /:[1-9]\d*$/.test(readVariable(answer) ?? '');
  } catch (error) {
    log.debug({ channelId, reason: String(error) }, 'cannot ask where a callee wants its media');
    return false;
  }
}

async function sendsPackets({ ari, log }: LegContext, channelId: string): Promise<boolean> {
  try {
    return (readPacketsReceived(await ari.run('channels', 'rtpstatistics', { channelId })) ?? 0) > 0;
  } catch (error) {
    log.debug({ channelId, reason: String(error) }, 'cannot ask what comes from a callee');
    return false;
  }
}
