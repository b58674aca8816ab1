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
  readonly live: readonly LiveLegRow[];
  /** Channels of legs that this process drives already, or is about to decide about. */
  readonly isDriven: (channelId: string) => boolean;
}

/**
 * Compares what the database calls live with what Asterisk has, after this process was away: tells which legs
 * are lost, hangs up channels of our application that belong to no leg, destroys our empty bridges.
 * Rejects with AriError when Asterisk does not answer.
 */
export async function reconcile({ ari, live, isDriven }: ReconcileOptions): Promise<Reconciled> {
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
  const bridges = readList(await ari.run('bridges', 'list'), readBridge);
  const empty = bridges.filter((bridge) => bridge.name === BRIDGE_NAME && bridge.channelIds.length === 0);
  for (const { id: bridgeId } of empty) await quietly(ari.run('bridges', 'destroy', { bridgeId }));
  return { lost: lost.map((leg) => leg.callSid), hungUp: strays.length, destroyedBridges: empty.length };
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
