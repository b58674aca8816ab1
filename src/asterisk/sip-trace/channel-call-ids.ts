import type { AriConnection } from '../ari/connection.ts';
import { fields, readChannel } from '../ari/ari-objects.ts';

/** Tells the SIP Call-ID of each channel, as soon as an event of Asterisk names both; returns a function that ends it. */
export function onChannelCallIds(
  ari: Pick<AriConnection, 'onEvent'>,
  tell: (channelId: string, sipCallId: string) => void,
): () => void {
  const known = new Set<string>();
  return ari.onEvent((value) => {
    const event = fields(value);
    for (const one of [event?.['channel'], event?.['peer']]) {
      const channel = readChannel(one);
      if (channel?.protocolId === undefined) continue;
      const isOver = event?.['type'] === 'ChannelDestroyed';
      if (!known.has(channel.id)) tell(channel.id, channel.protocolId);
      if (isOver) known.delete(channel.id);
      else known.add(channel.id);
    }
  });
}
