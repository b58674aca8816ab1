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

/** Hangs up if nothing at all has come back by the time a phone would have sent 100 Trying. */
export function hangUpIfSilent(channel: Channel): void {
  const now = channel.context.clock.now();
  const since = channel.dialledAt === 0 ? now : channel.dialledAt;
  channel.startTimer('silence', since + SILENT_AFTER_MS - now, () => void ifSilent(channel));
}

async function ifSilent(channel: Channel): Promise<void> {
  const { channelId, callSid, context } = channel;
  if (channel.rang || channel.isClosing) return;
  try {
    // Asterisk does not report a 100 Trying, but it keeps the last response of each channel.
    const variable = 'HANGUPCAUSE_KEYS()';
    const answer = await context.ari.run('channels', 'getChannelVar', { channelId, variable });
    if (readVariable(answer) === undefined) await channel.hangUp('normal', 'nothing came from the phone');
  } catch (error) {
    context.log.debug({ callSid, reason: String(error) }, 'cannot ask whether a phone has responded');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
