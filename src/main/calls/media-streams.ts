import type { Metrics } from '../../api/metrics/metrics.ts';
import type { LegAudio } from '../../call/stream/leg-audio.ts';
import { MediaStreams } from '../../call/stream/media-streams.ts';
import { hostsFile } from '../../webhooks/names/hosts-file.ts';
import { cachedNames } from '../../webhooks/names/name-cache.ts';
import { nameServers } from '../../webhooks/names/name-servers.ts';
import { createStreamSockets } from '../../webhooks/streams/stream-sockets.ts';
import type { Foundation } from '../foundation.ts';
import { egressOf } from '../http-sender.ts';
import type { Undo } from '../undo.ts';

/** The streams of calls, from Asterisk's audio to the customers' servers. */
export function mediaStreams(
  { authToken, clock, config, log, store, version }: Foundation,
  audio: LegAudio,
  { undo, metrics }: { readonly undo: Undo; readonly metrics: Pick<Metrics, 'markEchoed'> },
): MediaStreams {
  const sockets = createStreamSockets({
    egress: egressOf(config),
    resolve: cachedNames(nameServers({ clock }), hostsFile(clock), clock),
    clock,
    userAgent: `Legwork/${version}`,
    authToken,
  });
  const streams = new MediaStreams({
    store: store.journal,
    clock,
    audio,
    sockets,
    maxStreams: config.maxStreams,
    onMark: (tookMs) => metrics.markEchoed(tookMs),
    onTrouble: (streamSid, err) => log.error({ streamSid, err }, 'A change of a stream could not be stored'),
  });
  undo.add(() => streams.stop());
  return streams;
}
