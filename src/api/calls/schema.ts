import { z } from 'zod';
import type { CallEvent } from '../../call/leg/leg.ts';
import { A_CALLER, readCaller } from '../../call/routing/written-address.ts';
import { API_ERRORS } from '../errors.ts';
import {
  checked,
  clearable,
  httpMethod,
  httpUrl,
  oneOf,
  optional,
  required,
  sidText,
  truth,
  wholeNumber,
  wordsOf,
} from '../parameters.ts';
import { RECORDING_PARAMETERS } from '../recordings/schema.ts';
import { sipPassword, sipUsername } from '../sip-trunks/credentials.ts';
import { parseTo } from './parse-to.ts';
import { machineDetectionParameters } from './machine-detection.ts';

/** All call events, in the order in which they happen. */
export const CALL_EVENTS: readonly CallEvent[] = ['initiated', 'ringing', 'answered', 'completed'];

const MAX_INLINE = 4000;
const MAX_TALK_S = 86_400;

const to = z.string().transform((text, context) => {
  const parsed = parseTo(text);
  if (parsed.ok) return parsed;
  context.addIssue({ code: 'custom', message: `must be ${parsed.must}`, params: { code: API_ERRORS.to } });
  return z.NEVER;
});

const caller = checked(API_ERRORS.from, A_CALLER, (text) => readCaller(text) !== undefined).transform(
  (text) => readCaller(text) ?? text,
);

/** A document in the request itself. */
export const inlineDocument = checked(
  API_ERRORS.badRequest,
  `a document of at most ${MAX_INLINE} characters`,
  // XML cannot contain the null character, and PostgreSQL cannot store it.
  (text) => text.length <= MAX_INLINE && !text.includes('\0'),
);

const events = wordsOf(CALL_EVENTS);

const sendDigits = checked(
  API_ERRORS.sendDigits,
  'at most 64 of 0-9, A-D, *, #, w (half a second of silence) and W (a second)',
  (text) => /^[0-9A-Da-d*#wW]{1,64}$/.test(text),
).transform((text) => text.replaceAll('W', 'ww').replace(/[a-d]/g, (letter) => letter.toUpperCase()));

const MAX_NOTE = 1000;

/** What people note of a call: several lines are fine. */
const note = checked(
  API_ERRORS.badRequest,
  `a text of at most ${MAX_NOTE} characters`,
  (text) => text.length <= MAX_NOTE && !/[^\P{Cc}\n\r\t]/u.test(text),
  { maxLength: MAX_NOTE },
);

/** `POST P/Calls`. */
export const newCallSchema = z.object({
  To: required(API_ERRORS.toRequired, to),
  From: required(API_ERRORS.fromRequired, caller),
  CallerId: optional(caller),
  Url: optional(httpUrl()),
  Method: optional(httpMethod()),
  ApplicationSid: optional(sidText('AP', API_ERRORS.applicationSid)),
  Twiml: optional(inlineDocument),
  Rcml: optional(inlineDocument),
  FallbackUrl: optional(httpUrl()),
  FallbackMethod: optional(httpMethod()),
  StatusCallback: optional(httpUrl(API_ERRORS.statusCallback)),
  StatusCallbackMethod: optional(httpMethod()),
  StatusCallbackEvent: events,
  StatusCallbackEvents: events,
  Timeout: optional(wholeNumber(5, 600, API_ERRORS.timeout, ' of seconds')),
  TimeLimit: optional(wholeNumber(1, MAX_TALK_S, API_ERRORS.badRequest, ' of seconds')),
  SendDigits: optional(sendDigits),
  Record: optional(truth()),
  ...RECORDING_PARAMETERS,
  SipAuthUsername: optional(sipUsername),
  SipAuthPassword: optional(sipPassword),
  ...machineDetectionParameters,
});

export type NewCall = z.output<typeof newCallSchema>;

/** `POST P/Calls/{sid}`. */
export const changedCallSchema = z.object({
  Status: optional(oneOf(['completed', 'canceled'])),
  Url: optional(httpUrl()),
  Method: optional(httpMethod()),
  Twiml: optional(inlineDocument),
  Rcml: optional(inlineDocument),
  FallbackUrl: optional(httpUrl()),
  FallbackMethod: optional(httpMethod()),
  MoveConnectedCallLeg: optional(truth()),
  Mute: optional(truth()),
  StatusCallback: optional(httpUrl(API_ERRORS.statusCallback)),
  StatusCallbackMethod: optional(httpMethod()),
  Note: clearable(note),
});

export type ChangedCall = z.output<typeof changedCallSchema>;
