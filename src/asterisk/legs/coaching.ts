import { BRIDGE_NAME } from './bridges.ts';
import type { ControlledLeg } from './controlled-leg.ts';
import { attempt, type LegContext } from './leg-context.ts';
import { snoopOn } from './snoop.ts';

/**
 * Lets a leg hear what another one says and hears, and be heard by that one alone: in a bridge of its own, together with a
 * channel that listens to the other one and whispers to it. Returns what ends that; undefined when Asterisk did not do it.
 */
export async function coachLeg(
  context: LegContext,
  coach: ControlledLeg,
  coached: ControlledLeg,
): Promise<(() => Promise<void>) | undefined> {
  const { ari } = context;
  const [channel, channelId] = [coach.channelId, coached.channelId];
  if (channel === undefined || channelId === undefined) return undefined;
  const run = (operation: string, parameters: object) =>
    attempt(context, coach.callSid, ari.run('bridges', operation, { ...parameters }));
  const bridgeId = `coach.${coach.callSid}.${crypto.randomUUID()}`;
  const snooping = { channelId, spy: 'both', whisper: 'out' } as const;
  const snoop = await snoopOn(context, coach.callSid, 'coach', snooping);
  const end = async () => {
    coach.ended.removeEventListener('abort', endLater);
    coached.ended.removeEventListener('abort', endLater);
    await run('destroy', { bridgeId });
    await snoop.end();
  };
  const endLater = () => void end();
  const made =
    snoop.isThere &&
    (await run('createWithId', { bridgeId, type: 'mixing', name: BRIDGE_NAME })) &&
    (await run('addChannel', { bridgeId, channel: [snoop.channelId, channel] }));
  if (!made || coach.ended.aborted || coached.ended.aborted) {
    await end();
    return undefined;
  }
  coach.ended.addEventListener('abort', endLater, { once: true });
  coached.ended.addEventListener('abort', endLater, { once: true });
  return end;
}
