import type { Clock } from '../call/clock.ts';
import { readBridge, readChannel, readList, type AriChannel } from './ari-types.ts';
import { BRIDGE_NAME } from './bridges.ts';
import type { AriConnection } from './connection.ts';
import { isGoing } from './ari-error.ts';
import { LISTENER_PREFIX } from './talk-recordings.ts';

/** A leg that the database calls live. */
export interface LiveLegRow {
  readonly callSid: string;
  /** Of an inbound leg; outbound channels are named after the leg. */
  readonly channelId?: string;
}

export interface Reconciled {
  /** CallSids whose every channel has gone: each needs the input `lost`. */
  readonly lost: readonly string[];
  readonly hungUp: number;
  readonly destroyedBridges: number;
}

export interface ReconcileOptions {
  readonly ari: AriConnection;
  readonly clock: Clock;
  readonly live: readonly LiveLegRow[];
  /** Channels of legs that this process drives already, or is about to decide about. */
  readonly isDriven: (channelId: string) => boolean;
}

/** A bridge is empty for some milliseconds before the first channel is put into it. */
const STILL_EMPTY_AFTER_MS = 2_000;

/**
 * Compares what the database calls live with what Asterisk has, after this process was away: tells which legs
 * are lost, hangs up channels of our application that belong to no leg, destroys our empty bridges.
 * Rejects with AriError when Asterisk does not answer.
 */
export async function reconcile({ ari, clock, live, isDriven }: ReconcileOptions): Promise<Reconciled> {
  const channels = readList(await ari.run('channels', 'list'), readChannel);
  const ours = channels.filter((channel) => channel.appName === 'Stasis' && appOf(channel) === ari.app);
  const lost = live.filter((leg) => !channels.some((channel) => belongs(channel, leg)));
  const strays = ours.filter(
    (channel) =>
      // They end with the leg that they listen to.
      !channel.id.startsWith(LISTENER_PREFIX) &&
      !isDriven(channel.id) &&
      !live.some((leg) => belongs(channel, leg)),
  );
  for (const { id: channelId } of strays) await quietly(ari.run('channels', 'hangup', { channelId }));
  const destroyedBridges = await destroyEmptyBridges(ari, clock);
  return { lost: lost.map((leg) => leg.callSid), hungUp: strays.length, destroyedBridges };
}

async function destroyEmptyBridges(ari: AriConnection, clock: Clock): Promise<number> {
  const before = await emptyBridges(ari);
  if (before.length === 0) return 0;
  await clock.sleep(STILL_EMPTY_AFTER_MS);
  const still = (await emptyBridges(ari)).filter((bridgeId) => before.includes(bridgeId));
  for (const bridgeId of still) await quietly(ari.run('bridges', 'destroy', { bridgeId }));
  return still.length;
}

async function emptyBridges(ari: AriConnection): Promise<readonly string[]> {
  const bridges = readList(await ari.run('bridges', 'list'), readBridge);
  const empty = bridges.filter(({ name, channelIds }) => name === BRIDGE_NAME && channelIds.length === 0);
  return empty.map(({ id }) => id);
}

function belongs(channel: AriChannel, leg: LiveLegRow): boolean {
  return channel.id === leg.channelId || channel.id.startsWith(`${leg.callSid}.`);
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
