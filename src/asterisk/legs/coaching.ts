import { BRIDGE_NAME } from './bridges.ts';
import type { ControlledLeg } from './controlled-leg.ts';
import { attempt, type LegContext } from './leg-context.ts';
import { LISTENER_PREFIX } from './talk-recorder.ts';

const START_DEADLINE_MS = 3_000;

/**
 * Lets a leg hear what another one says and hears, and be heard by that one alone: in a bridge of its own, together with a
 * channel that listens to the other one and whispers to it. Returns what ends that; undefined when Asterisk did not do it.
 */
export async function coachLeg(
  context: LegContext,
  coach: ControlledLeg,
  coached: ControlledLeg,
): Promise<(() => Promise<void>) | undefined> {
  const { ari, owners } = context;
  const [channel, channelId] = [coach.channelId, coached.channelId];
  if (channel === undefined || channelId === undefined) return undefined;
  const run = (resource: string, operation: string, parameters: object) =>
    attempt(context, coach.callSid, ari.run(resource, operation, { ...parameters }));
  const snoopId = `${LISTENER_PREFIX}coach.${crypto.randomUUID()}`;
  const bridgeId = `coach.${coach.callSid}.${crypto.randomUUID()}`;
  const forget = () => {
    coach.ended.removeEventListener('abort', endLater);
    coached.ended.removeEventListener('abort', endLater);
    owners.delete(snoopId);
  };
  const end = async () => {
    forget();
    await run('bridges', 'destroy', { bridgeId });
    await run('channels', 'hangup', { channelId: snoopId });
  };
  const endLater = () => void end();
  const arrived = new Promise<boolean>((resolve) => {
    const cancel = context.clock.after(START_DEADLINE_MS, () => resolve(false));
    owners.set(snoopId, {
      onEvent: ({ type }) => {
        if (type !== 'arrived') return;
        cancel();
        resolve(true);
      },
    });
  });
  const snoop = { channelId, snoopId, spy: 'both', whisper: 'out', app: ari.app, appArgs: 'listener' };
  const made =
    (await run('channels', 'snoopChannelWithId', snoop)) &&
    (await arrived) &&
    (await run('bridges', 'createWithId', { bridgeId, type: 'mixing', name: BRIDGE_NAME })) &&
    (await run('bridges', 'addChannel', { bridgeId, channel: [snoopId, channel] }));
  if (!made || coach.ended.aborted || coached.ended.aborted) {
    await end();
    return undefined;
  }
  coach.ended.addEventListener('abort', endLater, { once: true });
  coached.ended.addEventListener('abort', endLater, { once: true });
  return end;
}
