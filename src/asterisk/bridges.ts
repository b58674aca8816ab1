import type { Bridge, ConnectOptions } from '../call/ports.ts';
import { readBridge, readEvent, readList } from './ari-types.ts';
import type { ControlledLeg } from './controlled-leg.ts';
import { attempt, type LegContext } from './leg-context.ts';

/** Bridges of ours have names that begin so; reconcile.ts finds them by it. */
export const BRIDGE_NAME = 'legwork';
/** Channels leave a destroyed bridge within milliseconds. */
const LEAVE_DEADLINE_MS = 1_000;

/** Lets two legs talk in a fresh mixing bridge, which goes with the first leg that ends. */
export async function connectLegs(
  context: LegContext,
  [first, second]: readonly [ControlledLeg, ControlledLeg],
  options: ConnectOptions = {},
): Promise<Bridge | undefined> {
  const channels = [first.channelId, second.channelId];
  if (channels.includes(undefined) || first.ended.aborted || second.ended.aborted) return undefined;
  const standing = first.adopted && second.adopted ? await bridgeWith(context, channels) : undefined;
  // An identifier that was used before has crashed Asterisk.
  const bridgeId = standing ?? `${first.callSid}.${crypto.randomUUID()}`;
  const of = (work: Promise<unknown>) => attempt(context, first.callSid, work);
  let destroyed: Promise<void> | undefined;
  const destroy = () => {
    destroyed ??= leave(context, bridgeId, [first, second]).then(() => {
      first.ended.removeEventListener('abort', destroyLater);
      second.ended.removeEventListener('abort', destroyLater);
    });
    return destroyed;
  };
  const destroyLater = () => void destroy();
  first.ended.addEventListener('abort', destroyLater);
  second.ended.addEventListener('abort', destroyLater);
  const joined =
    standing !== undefined || (await of(join(context, { bridgeId, type: typeOf(options) }, channels)));
  if (!joined || first.ended.aborted || second.ended.aborted) {
    // A leg may have ended before the bridge stood: its destroy came too early.
    destroyed = undefined;
    await destroy();
    return undefined;
  }
  return { id: bridgeId, disconnect: destroy };
}

/** Destroys the bridge. Until a channel is out of it, Asterisk fails what is played on it. */
async function leave(
  context: LegContext,
  bridgeId: string,
  legs: readonly [ControlledLeg, ControlledLeg],
): Promise<void> {
  const destroyed = attempt(context, legs[0].callSid, context.ari.run('bridges', 'destroy', { bridgeId }));
  const left = Promise.all(legs.map((leg) => hasLeft(context, bridgeId, leg)));
  // Where there was no bridge to destroy nobody leaves one.
  const out = destroyed.then((done) => (done ? left : undefined)).then(() => undefined);
  for (const leg of legs) leg.departure = out;
  await out;
}

function hasLeft(context: LegContext, bridgeId: string, leg: ControlledLeg): Promise<void> {
  const { channelId } = leg;
  return new Promise((resolve) => {
    const done = () => {
      off();
      stopTimer();
      leg.ended.removeEventListener('abort', done);
      resolve();
    };
    const off = context.ari.onEvent((value) => {
      const event = readEvent(value);
      if (event?.type !== 'ChannelLeftBridge' || event.bridgeId !== bridgeId) return;
      if (event.channelId === channelId) done();
    });
    const stopTimer = context.clock.after(LEAVE_DEADLINE_MS, done);
    leg.ended.addEventListener('abort', done);
    if (leg.ended.aborted) done();
  });
}

/** Without `dtmf_events` the native bridge passes digits on unseen. */
function typeOf({ reportDigits = false }: ConnectOptions): string {
  return reportDigits ? 'mixing,dtmf_events' : 'mixing';
}

async function join(
  { ari }: LegContext,
  { bridgeId, type }: { readonly bridgeId: string; readonly type: string },
  channels: readonly (string | undefined)[],
): Promise<void> {
  await ari.run('bridges', 'createWithId', { bridgeId, type, name: BRIDGE_NAME });
  await ari.run('bridges', 'addChannel', { bridgeId, channel: channels.join(',') });
}

/** The bridge in which these channels talk since before a restart. */
async function bridgeWith(
  { ari, log }: LegContext,
  channels: readonly (string | undefined)[],
): Promise<string | undefined> {
  try {
    const bridges = readList(await ari.run('bridges', 'list'), readBridge);
    const standing = bridges.find(
      ({ name, channelIds }) =>
        name === BRIDGE_NAME && channels.every((id) => id !== undefined && channelIds.includes(id)),
    );
    return standing?.id;
  } catch (error) {
    log.warn({ reason: String(error) }, 'cannot ask Asterisk for its bridges');
    return undefined;
  }
}
