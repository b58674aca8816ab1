import { z } from 'zod';
import { LONGEST_MESSAGE, MESSAGE_ERRORS } from '../../call/message/message-record.ts';
import { A_PHONE_NUMBER } from '../../call/routing/phone-number.ts';
import type { CalleeAddress } from '../../call/routing/targets.ts';
import { parseTo } from '../calls/parse-to.ts';
import { API_ERRORS } from '../errors.ts';
import { checked, clearable, httpMethod, httpUrl, label, optional, required } from '../parameters.ts';

/** A message carries no SIP headers. */
function readParty(text: string): CalleeAddress | undefined {
  const read = parseTo(text);
  return read.ok && read.headers.length === 0 ? read.callee : undefined;
}

const to = checked(
  MESSAGE_ERRORS.to,
  `client:name, a SIP address, or ${A_PHONE_NUMBER}`,
  (text) => readParty(text) !== undefined,
).transform((text) => readParty(text) as CalleeAddress);

const from = checked(
  MESSAGE_ERRORS.from,
  'a number of this account, or client:name for a client of this account',
  (text) => ['number', 'client'].includes(readParty(text)?.kind ?? ''),
).transform((text) => readParty(text) as CalleeAddress);

const body = checked(
  MESSAGE_ERRORS.tooLong,
  `at most ${LONGEST_MESSAGE} characters`,
  (text) => text.length <= LONGEST_MESSAGE,
  { maxLength: LONGEST_MESSAGE },
);

/** `POST P/Messages`. */
export const newMessageSchema = z.object({
  To: required(MESSAGE_ERRORS.toRequired, to),
  From: required(MESSAGE_ERRORS.fromRequired, from),
  Body: required(MESSAGE_ERRORS.bodyRequired, body),
  StatusCallback: optional(httpUrl(API_ERRORS.statusCallback)),
  StatusCallbackMethod: optional(httpMethod()),
});

/** Parameters that say more of what shall be sent: without them the message would be another one. */
export const NOT_SENDABLE = [
  'MediaUrl',
  'MessagingServiceSid',
  'ContentSid',
  'ScheduleType',
  'SendAt',
] as const;

/** `POST P/Messages/{sid}`: null removes the text. */
export const changedMessageSchema = z.object({
  Body: clearable(checked(API_ERRORS.badRequest, 'empty, which removes the text', () => false)),
});

/** `GET P/Messages`, but for `DateSent`. */
export const messageFilterSchema = z.object({ To: optional(label(255)), From: optional(label(255)) });

/** A party as it is stored, in whichever way it was written. */
export function partyOf(written: string | undefined): CalleeAddress | undefined {
  return written === undefined ? undefined : readParty(written);
}
