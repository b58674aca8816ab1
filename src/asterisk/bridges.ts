import type { Bridge } from '../call/ports.ts';
import type { ControlledLeg } from './controlled-leg.ts';
import { attempt, type LegContext } from './leg-context.ts';

/** Bridges of ours have names that begin so; reconcile.ts finds them by it. */
export const BRIDGE_NAME = 'legwork';

/** Lets two legs talk in a fresh mixing bridge, which goes with the first leg that ends. */
export async function connectLegs(
  context: LegContext,
  first: ControlledLeg,
  second: ControlledLeg,
): Promise<Bridge | undefined> {
  const channels = [first.channelId, second.channelId];
  if (channels.includes(undefined) || first.ended.aborted || second.ended.aborted) return undefined;
  // An identifier that was used before has crashed Asterisk.
  const bridgeId = `${first.callSid}.${crypto.randomUUID()}`;
  const { ari } = context;
  const of = (work: Promise<unknown>) => attempt(context, first.callSid, work);
  let destroyed: Promise<void> | undefined;
  const destroy = () => {
    destroyed ??= of(ari.run('bridges', 'destroy', { bridgeId })).then(() => {
      first.ended.removeEventListener('abort', destroyLater);
      second.ended.removeEventListener('abort', destroyLater);
    });
    return destroyed;
  };
  const destroyLater = () => void destroy();
  first.ended.addEventListener('abort', destroyLater);
  second.ended.addEventListener('abort', destroyLater);
  const made = await of(ari.run('bridges', 'createWithId', { bridgeId, type: 'mixing', name: BRIDGE_NAME }));
  const joined =
    made && (await of(ari.run('bridges', 'addChannel', { bridgeId, channel: channels.join(',') })));
  if (!joined || first.ended.aborted || second.ended.aborted) {
    // A leg may have ended before the bridge stood: its destroy came too early.
    destroyed = undefined;
    await destroy();
    return undefined;
  }
  return { id: bridgeId, disconnect: destroy };
}
