import { compact } from '../../../call/compact.ts';
import type { Leg } from '../../../call/leg/leg.ts';
import { present } from '../../../call/leg/parameters.ts';
import {
  MESSAGE_ERRORS,
  type MessageError,
  type MessageOrder,
  type MessageStatus,
} from '../../../call/message/message-record.ts';
import { MESSAGES_PER_SECOND } from '../../../call/message/messages.ts';
import { readPhoneNumber } from '../../../call/routing/phone-number.ts';
import type { CalleeAddress } from '../../../call/routing/targets.ts';
import { newSid } from '../../../call/sids.ts';
import { unlessAborted } from '../../../concurrency/unless-aborted.ts';
import type { Kept, RunContext, VerbOutcome } from '../../run/run-context.ts';
import type { SmsState, SmsVerb } from './types.ts';

type SmsContext = RunContext & Kept<SmsState>;

interface Sending {
  /** Absent when there is no message. */
  readonly sid?: string;
  /** Never rejects. */
  readonly final: Promise<MessageStatus>;
}

/** Sends the message. Without an action the call goes on at once; with one, when the message has its final state. */
export async function runSms(verb: SmsVerb, context: SmsContext): Promise<VerbOutcome> {
  const { live, signal } = context;
  const { sid, final } = await begin(verb, context);
  if (verb.action === undefined) return { kind: 'next', idle: true };
  const known = await unlessAborted(final, signal);
  if (signal.aborted && !live.signal.aborted) return { kind: 'ended' };
  // The action of a leg that has ended is owed too, and tells how it really went.
  const status = (known ?? (await final)) === 'sent' ? 'sent' : 'failed';
  const extraParameters = present([
    ['SmsSid', sid],
    ['SmsStatus', status],
  ]);
  const request = { url: verb.action, method: verb.method, extraParameters, reason: 'action' } as const;
  return { kind: 'fetch', request, idle: true };
}

/** Resolves when the message is durable, or will never be. */
async function begin(verb: SmsVerb, context: SmsContext): Promise<Sending> {
  const { live, messages, savedState } = context;
  const { accountSid } = live.leg;
  const former = savedState === undefined ? undefined : await messages.find(accountSid, savedState.sid);
  if (former !== undefined) return { sid: former.sid, final: Promise.resolve(former.status) };
  const order = orderOf(verb, live.leg, savedState?.sid ?? newSid('SM'));
  if ('code' in order) return refused(order, context);
  if (!messages.admit(accountSid)) {
    const message = `An account sends at most ${MESSAGES_PER_SECOND} messages in a second`;
    return refused({ code: MESSAGE_ERRORS.rate, message }, context);
  }
  await context.saveState({ sid: order.sid });
  try {
    const queued = await messages.create(order);
    const final = queued.send().then(({ status, error }) => {
      if (error !== undefined) tell(error, context);
      return status;
    });
    return { sid: order.sid, final };
  } catch {
    return refused({ code: MESSAGE_ERRORS.unknown, message: 'The message could not be stored' }, context);
  }
}

function refused(error: MessageError, context: SmsContext): Sending {
  tell(error, context);
  return { final: Promise.resolve('failed') };
}

function tell({ code, message }: MessageError, context: SmsContext): void {
  void context.warn({ errorCode: code, message: `Sms: ${message}` });
}

function orderOf(
  { to, from, body, statusCallback }: SmsVerb,
  leg: Leg,
  sid: string,
): (MessageOrder & { readonly sid: string }) | MessageError {
  const parties = partiesOf(leg);
  const [receiver, sender] = [to ?? parties.other, from ?? parties.own];
  if (receiver === undefined || sender === undefined) {
    const [name, shown] = receiver === undefined ? ['to', parties.names.other] : ['from', parties.names.own];
    const message = `${shown} is neither a number nor a client, so the verb needs ${name}`;
    return { code: receiver === undefined ? MESSAGE_ERRORS.to : MESSAGE_ERRORS.from, message };
  }
  const { accountSid, sid: callSid } = leg;
  const order = { sid, accountSid, callSid, from: sender, to: receiver, body, statusCallback };
  return compact({ ...order, direction: 'outbound-call' as const });
}

/** Who is at the other end of the leg, and as whom it was called or calls. */
function partiesOf({ direction, from, to, trunkSid }: Leg) {
  const isInbound = direction === 'inbound';
  const [other, own] = isInbound ? [from, to] : [to, from];
  // What calls by no trunk is a client, even if its login looks like a number.
  const isClient = isInbound && trunkSid === undefined;
  return {
    other: isClient ? client(other) : named(other, trunkSid === undefined),
    own: named(own, true),
    names: { other, own },
  };
}

function named(text: string, mayBeClient: boolean): CalleeAddress | undefined {
  const number = readPhoneNumber(text);
  if (number !== undefined) return { kind: 'number', number };
  return mayBeClient && text !== '' ? client(text) : undefined;
}

function client(name: string): CalleeAddress {
  return { kind: 'client', name };
}
