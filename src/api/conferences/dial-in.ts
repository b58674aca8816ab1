import { z } from 'zod';
import { compact } from '../../call/compact.ts';
import type { ApplicationRecord, Repository } from '../../records/repositories.ts';
import { ignoredIn } from '../calls/ignored.ts';
import { participantDetectionParameters } from '../calls/machine-detection.ts';
import { callOrderOf } from '../calls/order.ts';
import { newCallSchema } from '../calls/schema.ts';
import { CONFERENCE_EVENTS } from '../../call/conference/conference-record.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import { LONGEST_NAME } from './find.ts';
import type { Form } from '../form.ts';
import {
  checked,
  httpMethod,
  httpUrl,
  label,
  oneOf,
  optional,
  sidText,
  truth,
  wholeNumber,
  wordsOf,
} from '../parameters.ts';
import { RECORDING_EVENTS } from '../recordings/schema.ts';
import type { ApiCallOrder } from '../../rcml/run/api-call-order.ts';

const BEEPS = ['true', 'false', 'onEnter', 'onExit'] as const;
const RECORDS = ['true', 'false', 'record-from-start', 'do-not-record'] as const;
const MOST_PARTICIPANTS = 250;
const WORD = CONFERENCE_EVENTS.join('|');
const EVENTS = new RegExp(`^(${WORD})([\\s,]+(${WORD}))*$`, 'i');

/** May be repeated; its values together are one list. */
const events = z.preprocess(
  (values) => (Array.isArray(values) ? values.join(' ').trim() || undefined : undefined),
  checked(API_ERRORS.statusCallbackEvent, `a list of ${CONFERENCE_EVENTS.join(', ')}`, (text) =>
    EVENTS.test(text),
  ).optional(),
);

/** The parameters that become attributes of Conference. */
const participantSchema = z.object({
  Muted: optional(truth()),
  Beep: optional(oneOf(BEEPS)),
  StartConferenceOnEnter: optional(truth()),
  EndConferenceOnExit: optional(truth()),
  WaitUrl: optional(httpUrl()),
  WaitMethod: optional(httpMethod()),
  MaxParticipants: optional(wholeNumber(1, MOST_PARTICIPANTS)),
  ConferenceStatusCallback: optional(httpUrl(API_ERRORS.statusCallback)),
  ConferenceStatusCallbackMethod: optional(httpMethod()),
  ConferenceStatusCallbackEvent: events,
  ConferenceRecord: optional(oneOf(RECORDS)),
  ConferenceTrim: optional(oneOf(['trim-silence', 'do-not-trim'])),
  ConferenceRecordingStatusCallback: optional(httpUrl()),
  ConferenceRecordingStatusCallbackMethod: optional(httpMethod()),
  ConferenceRecordingStatusCallbackEvent: wordsOf(RECORDING_EVENTS),
  Label: optional(label(LONGEST_NAME)),
  CallSidToCoach: optional(sidText('CA')),
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
  ConferenceRecord: 'record',
  ConferenceTrim: 'trim',
  ConferenceRecordingStatusCallback: 'recordingStatusCallback',
  ConferenceRecordingStatusCallbackMethod: 'recordingStatusCallbackMethod',
  ConferenceRecordingStatusCallbackEvent: 'recordingStatusCallbackEvent',
  Label: 'participantLabel',
  CallSidToCoach: 'coach',
};

/** `POST P/Conferences/{sid or name}/Participants`: a call that enters the room instead of running a document. */
export const newParticipantSchema = newCallSchema
  .omit({ Url: true, Twiml: true, Rcml: true, ApplicationSid: true, FallbackUrl: true })
  .omit({ AsyncAmd: true, AsyncAmdStatusCallback: true, AsyncAmdStatusCallbackMethod: true })
  .extend(participantSchema.shape)
  .extend({ Coaching: optional(truth()) })
  .extend(participantDetectionParameters);

export type NewParticipant = z.output<typeof newParticipantSchema>;

/** A call into a room, and how the participant enters it. */
export interface DialIn {
  readonly order: ApiCallOrder;
  readonly muted: boolean;
  readonly startConferenceOnEnter: boolean;
  readonly endConferenceOnExit: boolean;
  readonly label?: string;
  readonly callSidToCoach?: string;
}

/** The call that a form asks for; its document enters the room. @throws ApiError */
export async function dialInOf(
  accountSid: string,
  room: string,
  { form, sent }: { readonly form: NewParticipant; readonly sent: Form },
  applications: Repository<ApplicationRecord>,
): Promise<DialIn> {
  if (form.Coaching === true && form.CallSidToCoach === undefined) {
    throw badRequest(API_ERRORS.badRequest, 'Coaching=true needs CallSidToCoach');
  }
  const attributes = Object.entries(ATTRIBUTES)
    .flatMap(([name, attribute]) => {
      const isUnwanted = name === 'CallSidToCoach' && form.Coaching === false;
      const value = isUnwanted ? undefined : form[name as keyof typeof ATTRIBUTES];
      const text = Array.isArray(value) ? value.join(' ') : String(value ?? '');
      return text === '' ? [] : [` ${attribute}="${escaped(text)}"`];
    })
    .join('');
  const Rcml = `<Response><Dial><Conference${attributes}>${escaped(room)}</Conference></Dial></Response>`;
  const detection = {
    AsyncAmd: true,
    AsyncAmdStatusCallback: form.AmdStatusCallback,
    AsyncAmdStatusCallbackMethod: form.AmdStatusCallbackMethod,
  };
  const order = await callOrderOf(accountSid, { ...form, ...detection, Rcml }, applications);
  return compact({
    order: compact({ ...order, ignored: ignoredIn(sent, newParticipantSchema) }),
    muted: form.Muted ?? false,
    startConferenceOnEnter: form.StartConferenceOnEnter ?? true,
    endConferenceOnExit: form.EndConferenceOnExit ?? false,
    label: form.Label,
    callSidToCoach: form.Coaching === false ? undefined : form.CallSidToCoach,
  });
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
