import { compact } from '../../../call/compact.ts';
import { present } from '../../../call/leg/parameters.ts';
import { newSid } from '../../../call/sids.ts';
import type { StreamEnd } from '../../../call/stream/live-stream.ts';
import { method, readAttributes, url } from '../../document/attributes.ts';
import { childElements } from '../../document/parse-context.ts';
import { defineVerb } from '../../document/verb.ts';
import type { Kept, RunContext, VerbOutcome } from '../../run/run-context.ts';
import { readStream } from './noun.ts';
import type { ConnectState, ConnectVerb } from './types.ts';

const ATTRIBUTES = { action: url, method };
/** What else Twilio connects calls with. */
const NOT_SUPPORTED = ['ConversationRelay', 'Assistant', 'AiSession', 'VirtualAgent', 'Conversation', 'Room'];

/** `<Connect>`: the leg talks with the customer's server until that closes the connection, the stream fails, or the leg ends. */
export const connect = defineVerb<ConnectVerb, ConnectState>({
  name: 'Connect',
  parse(element, context) {
    const { action, method: actionMethod } = readAttributes(element, ATTRIBUTES, context);
    const children = childElements(element, ['Stream', ...NOT_SUPPORTED], context);
    for (const child of children.filter(({ name }) => name !== 'Stream')) {
      context.warn(child, 'is not supported; it is skipped');
    }
    const [first, ...others] = children.filter(({ name }) => name === 'Stream');
    for (const other of others) context.warn(other, 'is not the only one in Connect; it is skipped');
    const stream = first === undefined ? undefined : readStream(first, true, context);
    if (stream !== undefined) return compact({ action, method: actionMethod, stream });
    context.warn(element, 'has no Stream in it that can be connected; it is skipped');
    return undefined;
  },
  state: { version: 1, read: (value) => value as ConnectState },
  endsDocument: ({ action }) => (action === undefined ? undefined : 'always goes on with its action'),
  run: runConnect,
});

async function runConnect(verb: ConnectVerb, context: RunContext & Kept<ConnectState>): Promise<VerbOutcome> {
  const { savedState } = context;
  // The stream has ended with the former process, as if the server had closed it.
  if (savedState !== undefined) return outcomeOf(verb, savedState.streamSid, { started: true }, context);
  const streamSid = newSid('MZ');
  await context.saveState({ streamSid });
  const { live, signal, streams } = context;
  const order = { ...verb.stream, sid: streamSid, direction: 'bidirectional' } as const;
  const refusal = streams.refusal(live.sid, order);
  if (refusal !== undefined) {
    await streams.refuse(live, order, refusal);
    return outcomeOf(verb, streamSid, { started: false, error: refusal }, context);
  }
  const stream = await streams.begin(live, order);
  const stop = () => void stream.stop();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const end = await stream.ended;
  signal.removeEventListener('abort', stop);
  return outcomeOf(verb, streamSid, end, context);
}

function outcomeOf(
  { action, method: actionMethod, stream }: ConnectVerb,
  streamSid: string,
  { started, error }: StreamEnd,
  { signal }: RunContext,
): VerbOutcome {
  // A document that only ever tries to connect looks like an endless loop.
  const idle = !started;
  if (action === undefined) return signal.aborted ? { kind: 'ended' } : { kind: 'next', idle };
  const extraParameters = present([
    ['StreamSid', streamSid],
    ['StreamName', stream.name ?? streamSid],
    ['StreamEvent', error === undefined ? 'stream-stopped' : 'stream-error'],
    ['StreamError', error?.message],
  ]);
  return {
    kind: 'fetch',
    idle,
    request: { url: action, method: actionMethod, extraParameters, reason: 'action' },
  };
}
