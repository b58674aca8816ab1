import { z } from 'zod';
import type { ApplicationRecord, Repository } from '../../records/repositories.ts';
import { ignoredIn } from '../calls/ignored.ts';
import { callOrderOf } from '../calls/order.ts';
import { newCallSchema } from '../calls/schema.ts';
import { API_ERRORS } from '../errors.ts';
import type { Form } from '../form.ts';
import {
  checked,
  httpMethod,
  httpUrl,
  oneOf,
  optional,
  readForm,
  truth,
  wholeNumber,
} from '../parameters.ts';
import type { ApiCallOrder } from '../ports.ts';

const BEEPS = ['true', 'false', 'onEnter', 'onExit'] as const;
const MOST_PARTICIPANTS = 250;
const EVENTS = /^(start|end|join|leave|mute|hold)([\s,]+(start|end|join|leave|mute|hold))*$/i;

/** Parameters of the participant, and the attribute of Conference that each becomes. */
export const participantSchema = z.object({
  Muted: optional(truth()),
  Beep: optional(oneOf(BEEPS)),
  StartConferenceOnEnter: optional(truth()),
  EndConferenceOnExit: optional(truth()),
  WaitUrl: optional(httpUrl()),
  WaitMethod: optional(httpMethod()),
  MaxParticipants: optional(wholeNumber(1, MOST_PARTICIPANTS)),
  ConferenceStatusCallback: optional(httpUrl(API_ERRORS.statusCallback)),
  ConferenceStatusCallbackMethod: optional(httpMethod()),
  ConferenceStatusCallbackEvent: optional(
    checked(API_ERRORS.statusCallbackEvent, 'a list of start, end, join, leave, mute and hold', (text) =>
      EVENTS.test(text),
    ),
  ),
});

const ATTRIBUTES: Readonly<Record<keyof typeof participantSchema.shape, string>> = {
  Muted: 'muted',
  Beep: 'beep',
  StartConferenceOnEnter: 'startConferenceOnEnter',
  EndConferenceOnExit: 'endConferenceOnExit',
  WaitUrl: 'waitUrl',
  WaitMethod: 'waitMethod',
  MaxParticipants: 'maxParticipants',
  ConferenceStatusCallback: 'statusCallback',
  ConferenceStatusCallbackMethod: 'statusCallbackMethod',
  ConferenceStatusCallbackEvent: 'statusCallbackEvent',
};

/** What a call has from a document of its own has a participant from its room. */
const NOT_OF_A_CALL: readonly string[] = ['Url', 'Twiml', 'Rcml', 'ApplicationSid', 'FallbackUrl'];

const KNOWN = Object.keys({ ...newCallSchema.shape, ...participantSchema.shape }).filter(
  (name) => !NOT_OF_A_CALL.includes(name),
);

/** How somebody comes into the room who is called for it. */
export interface DialIn {
  readonly order: ApiCallOrder;
  readonly muted: boolean;
  readonly startConferenceOnEnter: boolean;
  readonly endConferenceOnExit: boolean;
}

/** Reads `POST P/Conferences/{sid or name}/Participants`: a call whose document enters the room. @throws ApiError */
export async function dialInOf(
  accountSid: string,
  room: string,
  form: Form,
  applications: Repository<ApplicationRecord>,
): Promise<DialIn> {
  const given = readForm(participantSchema, form);
  const events = form.get('ConferenceStatusCallbackEvent')?.join(' ');
  const attributes = Object.entries({
    ...given,
    ...(events === undefined || events === '' ? {} : { ConferenceStatusCallbackEvent: events }),
  })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${ATTRIBUTES[name as keyof typeof ATTRIBUTES]}="${escaped(String(value))}"`)
    .join('');
  const document = `<Response><Dial><Conference${attributes}>${escaped(room)}</Conference></Dial></Response>`;
  const call = new Map([...form].filter(([name]) => !NOT_OF_A_CALL.includes(name)));
  call.set('Rcml', [document]);
  const { ignored: _all, ...order } = await callOrderOf(accountSid, call, applications);
  const ignored = ignoredIn(form, KNOWN);
  return {
    order: ignored === undefined ? order : { ...order, ignored },
    muted: given.Muted ?? false,
    startConferenceOnEnter: given.StartConferenceOnEnter ?? true,
    endConferenceOnExit: given.EndConferenceOnExit ?? false,
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
