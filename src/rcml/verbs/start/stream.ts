import { newSid } from '../../../call/sids.ts';
import { STREAM_ERRORS } from '../../../call/stream/stream-record.ts';
import { readAttributes } from '../../document/attributes.ts';
import { childElements } from '../../document/parse-context.ts';
import type { RunContext } from '../../run/run-context.ts';
import { readStream, streamName } from '../stream/noun.ts';
import type { StreamNoun } from '../stream/types.ts';
import type { ChildOf, Started, Stopped } from './started.ts';

/** `<Start><Stream>`: on a leg that is not answered yet the stream waits for the answer; it does not answer it. */
export const startStream: ChildOf<Started> = {
  name: 'Stream',
  parse(element, context) {
    const noun = readStream(element, false, context);
    if (noun === undefined) return undefined;
    return { value: noun, sidPrefix: 'MZ', answers: false, start: (sid, run) => begin(sid, noun, run) };
  },
};

async function begin(sid: string, noun: StreamNoun, context: RunContext): Promise<void> {
  const { live, streams, resumed } = context;
  // If a former process had begun it, it has ended with that process.
  const order = { ...noun, sid: resumed ? newSid('MZ') : sid, direction: 'unidirectional' } as const;
  const refusal = streams.refusal(live.sid, order);
  if (refusal === undefined) await streams.begin(live, order);
  else if (refusal.code === STREAM_ERRORS.limit) await streams.refuse(live, order, refusal);
  else await context.warn({ errorCode: refusal.code, message: `${refusal.message}; the Stream is skipped` });
}

/** `<Stop><Stream>`: ends the one of that name. */
export const stopStream: ChildOf<Stopped> = {
  name: 'Stream',
  parse(element, context) {
    const { name } = readAttributes(element, { name: streamName }, context);
    childElements(element, [], context);
    if (name !== undefined) return { value: name, stop: (run) => end(name, run) };
    context.warn(element, 'has no name; it is skipped', 'name');
    return undefined;
  },
};

async function end(name: string, context: RunContext): Promise<void> {
  const { live, streams } = context;
  const stream = streams.find(live.sid, name);
  if (stream !== undefined) return stream.stop();
  const message = `Stop: this call has no stream of the name "${name}"`;
  await context.warn({ errorCode: STREAM_ERRORS.unknownStream, message });
}
