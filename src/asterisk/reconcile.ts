import type { Clock } from '../concurrency/clock.ts';
import { readBridge, readChannel, readList, type AriChannel } from './ari/ari-objects.ts';
import { BRIDGE_NAME } from './legs/bridges.ts';
import type { AriConnection } from './ari/connection.ts';
import { isChannelOf, type LegNames } from './legs/leg-context.ts';
import { isGoing } from './ari/ari-error.ts';
import { LINK_PREFIX } from './legs/links.ts';
import { LISTENER_PREFIX } from './legs/talk-recorder.ts';

/** The bridge that listens to a leg for a stream is named after the stream. */
const STREAM_BRIDGE = /^MZ[0-9a-f]{32}\./;

export interface Reconciled {
  /** CallSids of the legs without any channel: each needs the input `lost`. */
  readonly lost: readonly string[];
  readonly hungUp: number;
  readonly destroyedBridges: number;
}

export interface ReconcileOptions {
  readonly ari: AriConnection;
  readonly clock: Clock;
  /** Legs that the database calls live. */
  readonly live: readonly LegNames[];
  /** Whether a channel belongs to a leg that this process drives, or to a call that it is about to decide on. */
  readonly isDriven: (channelId: string) => boolean;
}

/**
 * A new bridge is empty for some milliseconds before its first channel joins, and a new call is in Asterisk's list
 * before we have read the event of its arrival. So only what belonged to nobody at two looks, this far apart, is removed.
 */
const SECOND_LOOK_AFTER_MS = 2_000;

/** Channels and bridges of ours that seem to belong to nobody. */
interface Strays {
  readonly channels: readonly string[];
  readonly bridges: readonly string[];
}

/**
 * Compares the legs that are live in the database with what Asterisk has: says which legs are lost, hangs up the
 * channels of our application that belong to no leg, and destroys our empty bridges. Rejects with AriError when
 * Asterisk does not answer.
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciled> {
  const { ari, clock, live } = options;
  const channels = await listChannels(ari);
  const lost = live.filter((leg) => !channels.some(({ id }) => isChannelOf(leg, id)));
  const before = { channels: strayChannels(channels, options), bridges: await strayBridges(options) };
  const strays = await secondLook(before, clock, options);
  for (const channelId of strays.channels) await quietly(ari.run('channels', 'hangup', { channelId }));
  for (const bridgeId of strays.bridges) await quietly(ari.run('bridges', 'destroy', { bridgeId }));
  return {
    lost: lost.map((leg) => leg.callSid),
    hungUp: strays.channels.length,
    destroyedBridges: strays.bridges.length,
  };
}

/** Those that still belong to nobody a moment later. */
async function secondLook(before: Strays, clock: Clock, options: ReconcileOptions): Promise<Strays> {
  if (before.channels.length + before.bridges.length === 0) return before;
  await clock.sleep(SECOND_LOOK_AFTER_MS);
  const { ari } = options;
  const channels = strayChannels(await listChannels(ari), options);
  const bridges = await strayBridges(options);
  return {
    channels: before.channels.filter((id) => channels.includes(id)),
    bridges: before.bridges.filter((id) => bridges.includes(id)),
  };
}

async function listChannels(ari: AriConnection): Promise<readonly AriChannel[]> {
  return readList(await ari.run('channels', 'list'), readChannel);
}

/** Channels in our application that belong neither to a leg nor to a call that is not decided yet. */
function strayChannels(
  channels: readonly AriChannel[],
  { ari, live, isDriven }: ReconcileOptions,
): readonly string[] {
  const strays = channels.filter(
    (channel) =>
      channel.appName === 'Stasis' &&
      appOf(channel) === ari.app &&
      // Listeners end with the leg that they listen to.
      !channel.id.startsWith(LISTENER_PREFIX) &&
      !isDriven(channel.id) &&
      !live.some((leg) => isChannelOf(leg, channel.id) || isLinkOf(leg, channel.id)),
  );
  return strays.map(({ id }) => id);
}

/** After a takeover the leg's document comes back to its room on the other switch, and to the link that leads there. */
function isLinkOf({ callSid }: LegNames, channelId: string): boolean {
  return channelId.startsWith(`${LINK_PREFIX}${callSid}.`);
}

/** Our bridges that are empty, and those of streams that ended with the process that had opened them. */
async function strayBridges({ ari, isDriven }: ReconcileOptions): Promise<readonly string[]> {
  const bridges = readList(await ari.run('bridges', 'list'), readBridge);
  const strays = bridges.filter(
    ({ id, name, channelIds }) =>
      name === BRIDGE_NAME && (channelIds.length === 0 || (STREAM_BRIDGE.test(id) && !isDriven(id))),
  );
  return strays.map(({ id }) => id);
}

function appOf(channel: AriChannel): string | undefined {
  return channel.appData?.split(',')[0];
}

async function quietly(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isGoing(error)) throw error;
  }
}
