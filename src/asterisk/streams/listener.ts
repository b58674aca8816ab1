import type { AudioListener, AudioOrder, LegTap } from '../../call/stream/leg-audio.ts';
import type { AudioTrack } from '../../call/stream/stream-record.ts';
import { BRIDGE_NAME } from '../legs/bridges.ts';
import type { ControlledLeg } from '../legs/controlled-leg.ts';
import { attempt, type LegContext } from '../legs/leg-context.ts';
import { MediaChannel } from './media-channel.ts';

const START_DEADLINE_MS = 3_000;

/**
 * Listens to one side of a leg: a channel that hears what the leg says or hears (a snoop), a media channel, and a bridge of
 * the two. Their ids begin with the stream's sid. Undefined when Asterisk did not make them. Never rejects.
 */
export async function listenTo(
  context: LegContext,
  leg: ControlledLeg,
  { streamSid, callSid, track }: AudioOrder & { readonly track: AudioTrack },
  listener: AudioListener,
): Promise<LegTap | undefined> {
  const { ari, owners, clock } = context;
  const run = (resource: string, operation: string, parameters: object) =>
    attempt(context, callSid, ari.run(resource, operation, { ...parameters }));
  const snoopId = `${streamSid}.${track}`;
  // No id may begin with another one: Asterisk would take the two for the same.
  const mediaId = `${streamSid}.media-${track}`;
  let isClosed = false;
  const lost = () => {
    if (!isClosed) listener.lost();
  };
  const media = await MediaChannel.open(
    context,
    { channelId: mediaId, callSid },
    { audio: (bytes) => listener.audio(track, bytes), played: () => undefined, lost },
  );
  if (media === undefined) return undefined;
  const arrived = new Promise<boolean>((resolve) => {
    const stopTimer = clock.after(START_DEADLINE_MS, () => resolve(false));
    owners.set(snoopId, {
      onEvent({ type }) {
        if (type === 'end') lost();
        if (type !== 'arrived') return;
        stopTimer();
        resolve(true);
      },
    });
  });
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    // The bridge goes first: nothing may be written to a media channel whose socket is closed.
    await run('bridges', 'destroy', { bridgeId: snoopId });
    await Promise.all([run('channels', 'hangup', { channelId: snoopId }), media.close()]);
    owners.delete(snoopId);
  };
  const { channelId } = leg;
  const spy = track === 'inbound' ? 'in' : 'out';
  const snoop = { channelId, snoopId, spy, whisper: 'none', app: ari.app, appArgs: 'listener' };
  const isThere =
    (await run('channels', 'snoopChannelWithId', snoop)) &&
    (await arrived) &&
    (await run('bridges', 'createWithId', { bridgeId: snoopId, type: 'mixing', name: BRIDGE_NAME })) &&
    (await run('bridges', 'addChannel', { bridgeId: snoopId, channel: `${snoopId},${media.channelId}` }));
  if (isThere) return { close };
  await close();
  return undefined;
}
