// Dials another party for each caller, with the unmodified ari-client: answers the caller when the callee has answered,
// and connects the two; when one goes, so does the other.
import { type AriChannel, runBareSystem, unlessGone } from './ari-library.ts';

const RING_S = 60;

await runBareSystem((client, { app, callee }) => {
  /** Channel → the other one, and their bridge. */
  const talks = new Map<string, { readonly other: string; readonly bridgeId: string }>();
  const take = async (caller: AriChannel) => {
    const [channelId, bridgeId] = [`${caller.id}-callee`, `${caller.id}-bridge`];
    talks.set(caller.id, { other: channelId, bridgeId });
    talks.set(channelId, { other: caller.id, bridgeId });
    const made = client.bridges.create({ type: 'mixing', bridgeId });
    await client.channels.create({ endpoint: `PJSIP/rc-out/${callee}`, app, appArgs: 'callee', channelId });
    await made;
  };
  // Before its StasisStart a new channel cannot be dialled.
  const ring = (channelId: string) => client.channels.dial({ channelId, timeout: RING_S });
  const connect = async ({ id, other, bridgeId }: { id: string; other: string; bridgeId: string }) => {
    await client.channels.answer({ channelId: other });
    await client.bridges.addChannel({ bridgeId, channel: `${id},${other}` });
  };
  client.on('StasisStart', ({ args }, channel) => {
    unlessGone(args[0] === 'callee' ? ring(channel.id) : take(channel));
  });
  client.on('ChannelStateChange', (_event, { id, state }) => {
    const talk = talks.get(id);
    if (state === 'Up' && talk !== undefined && id.endsWith('-callee')) unlessGone(connect({ id, ...talk }));
  });
  client.on('StasisEnd', (_event, { id }) => {
    const talk = talks.get(id);
    if (talk === undefined) return;
    talks.delete(id);
    talks.delete(talk.other);
    unlessGone(client.channels.hangup({ channelId: talk.other }));
    unlessGone(client.bridges.destroy({ bridgeId: talk.bridgeId }));
  });
});
