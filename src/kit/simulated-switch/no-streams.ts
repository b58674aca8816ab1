import type { LegAudio } from '../../call/stream/leg-audio.ts';
import type { StreamSockets } from '../../call/stream/stream-sockets.ts';

/** There is no sound on a simulated call, so nothing to stream: a Stream is skipped, and its author is told. */
export const noLegAudio: LegAudio = {
  trouble: 'There is no sound on a simulated call, so there are no streams',
  listen: () => Promise.resolve(undefined),
  talk: () => Promise.resolve(undefined),
};

/** Never asked: no stream gets so far. */
export const noStreamSockets: StreamSockets = {
  open: () =>
    Promise.resolve({ ok: false, error: { code: 31902, message: 'A simulated call has no streams' } }),
};
