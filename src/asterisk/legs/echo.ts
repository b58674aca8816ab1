import type { EchoOutcome } from '../../call/call-control.ts';
import { aborted } from '../../concurrency/aborted.ts';
import { BRIDGE_NAME, leave } from './bridges.ts';
import type { ControlledLeg } from './controlled-leg.ts';
import { attempt, type LegContext } from './leg-context.ts';
import { snoopOn } from './snoop.ts';

/**
 * Lets a leg hear what it says until `signal` aborts or the leg ends: in a bridge with a channel that listens to it.
 * Never rejects.
 */
export async function echo(
  context: LegContext,
  leg: ControlledLeg,
  signal: AbortSignal,
): Promise<EchoOutcome> {
  const { ari } = context;
  const { callSid, channelId } = leg;
  if (channelId === undefined || leg.ended.aborted) return 'gone';
  const run = (operation: string, parameters: object) =>
    attempt(context, callSid, ari.run('bridges', operation, { ...parameters }));
  const bridgeId = `echo.${callSid}.${crypto.randomUUID()}`;
  const snoop = await snoopOn(context, callSid, 'echo', { channelId, spy: 'in', whisper: 'none' });
  const isHeard =
    snoop.isThere &&
    (await run('createWithId', { bridgeId, type: 'mixing', name: BRIDGE_NAME })) &&
    (await run('addChannel', { bridgeId, channel: `${snoop.channelId},${channelId}` }));
  if (isHeard) await aborted(AbortSignal.any([signal, leg.ended]));
  await leave(context, bridgeId, [leg]);
  await snoop.end();
  if (leg.ended.aborted) return 'gone';
  return isHeard ? 'stopped' : 'failed';
}
