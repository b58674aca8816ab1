import type { TrunkTarget } from '../../call/call-control.ts';
import type { LegEnd } from '../../call/leg/outcome.ts';
import { EDGE_RING_NET_S } from '../../call/leg/ring-nets.ts';
import { AriError } from '../ari/ari-error.ts';
import { readVariable } from '../ari/ari-objects.ts';
import type { Channel } from './channel.ts';
import { legVariables } from './leg-context.ts';

/** Asterisk starts a new channel within milliseconds. */
const START_DEADLINE_MS = 5_000;
/** By then an INVITE over UDP has been sent four times (at 0, 0.5, 1.5 and 3.5 s). */
const SILENT_AFTER_MS = 5_000;

export interface ChannelOrder {
  /** Asterisk's dial string, checked. */
  readonly dial: string;
  readonly variables: Readonly<Record<string, string>>;
  /** How the leg ends when Asterisk refuses to make the channel. */
  readonly refused: LegEnd;
}

/** Asks Asterisk to create the channel; its start or its end follows. */
export async function createChannel(channel: Channel, order: ChannelOrder): Promise<void> {
  const { channelId, callSid, context } = channel;
  const { ari } = context;
  const variables = { ...legVariables(context, callSid), ...order.variables };
  try {
    await ari.run('channels', 'create', {
      endpoint: order.dial,
      app: ari.app,
      appArgs: 'out',
      channelId,
      variables,
    });
  } catch (error) {
    return notCreated(channel, order, error);
  }
  channel.created();
  if (!channel.isStarted && !channel.isClosing) {
    channel.limit(START_DEADLINE_MS, 'Asterisk did not start the channel');
  }
}

async function notCreated(channel: Channel, { refused }: ChannelOrder, error: unknown): Promise<void> {
  const status = error instanceof AriError ? error.status : 0;
  // "Allocation failed": no phones, no such endpoint, or the address cannot be resolved.
  if (status === 500) return channel.end(refused);
  const why = `could not be placed: ${messageOf(error)}`;
  if (status > 0) return channel.end({ why });
  // No answer: the channel may exist all the same.
  channel.created();
  await channel.hangUp('normal', why);
}

/** Asks Asterisk to send the INVITE; ringing, answer and end follow. */
export async function dialChannel(channel: Channel, timeoutS: number): Promise<void> {
  if (channel.isClosing) return;
  const { channelId, context } = channel;
  channel.dialledAt = context.clock.now();
  channel.limit((timeoutS + EDGE_RING_NET_S) * 1000, 'Asterisk did not end the dial in time');
  try {
    await context.ari.run('channels', 'dial', { channelId, timeout: timeoutS });
  } catch (error) {
    await channel.hangUp('normal', `could not be dialled: ${messageOf(error)}`);
  }
}

/** How a channel from which nothing came is ended. */
interface Silence {
  readonly afterMs: number;
  readonly why: string;
  readonly sipStatus?: number;
}

const SILENT_PHONE: Silence = { afterMs: SILENT_AFTER_MS, why: 'nothing came from the phone' };
/** What a UAC takes for the answer when none comes in time (RFC 3261 section 8.1.3.1). */
const REQUEST_TIMEOUT = 408;

/** Hangs up if nothing at all has come back by the time a phone would have sent 100 Trying. */
export function hangUpIfSilent(channel: Channel, silence = SILENT_PHONE): void {
  const now = channel.context.clock.now();
  const since = channel.dialledAt === 0 ? now : channel.dialledAt;
  channel.startTimer('silence', since + silence.afterMs - now, () => void ifSilent(channel, silence));
}

/** Ends a try at a trunk that says nothing, or that lets nothing ring, in its time. */
export function limitTry(
  channel: Channel,
  { tryTimeoutS, ringWithinS }: Pick<TrunkTarget, 'tryTimeoutS' | 'ringWithinS'>,
): void {
  if (tryTimeoutS !== undefined) {
    const why = `nothing came from the trunk within ${tryTimeoutS} s`;
    hangUpIfSilent(channel, { afterMs: tryTimeoutS * 1000, why, sipStatus: REQUEST_TIMEOUT });
  }
  if (ringWithinS === undefined) return;
  channel.startTimer('ring', ringWithinS * 1000, () => {
    const why = `nothing rang behind the trunk within ${ringWithinS} s`;
    if (channel.isUnheard) void channel.hangUp('normal', why, REQUEST_TIMEOUT);
  });
}

async function ifSilent(channel: Channel, { why, sipStatus }: Silence): Promise<void> {
  const { channelId, callSid, context } = channel;
  if (!channel.isUnheard) return;
  try {
    // Asterisk does not report a 100 Trying, but it keeps the last response of each channel.
    const variable = 'HANGUPCAUSE_KEYS()';
    const answer = await context.ari.run('channels', 'getChannelVar', { channelId, variable });
    if (readVariable(answer) === undefined) await channel.hangUp('normal', why, sipStatus);
  } catch (error) {
    context.log.debug({ callSid, reason: String(error) }, 'cannot ask whether a phone has responded');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
