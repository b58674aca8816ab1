import type { StreamService } from '../../api/ports.ts';
import type { CallServices } from '../../rcml/run/inbound-calls.ts';

/** What the REST API can do with the streams of calls that run here. */
export function streamService({ calls, streams }: Pick<CallServices, 'calls' | 'streams'>): StreamService {
  return {
    async begin(callSid, stream) {
      const live = calls.get(callSid);
      if (live?.state.phase !== 'in-progress') return 'not-in-progress';
      const order = { ...stream, direction: 'unidirectional' } as const;
      return streams.refusal(callSid, order) ?? (await streams.begin(live, order)).record;
    },
    async stop(callSid, streamSid) {
      const stream = streams.find(callSid, streamSid);
      await stream?.stop();
      return stream?.record;
    },
  };
}
