import { rcmlLintSchema } from '../rcml-lint/schema.ts';
import type { z } from 'zod';
import { accountFilterSchema, changedAccountSchema, newAccountSchema } from '../accounts/schema.ts';
import { applicationSchema } from '../applications/schema.ts';
import { callbackFilterSchema, changedCallbackSchema } from '../callbacks/schema.ts';
import { callFilterSchema } from '../calls/filter.ts';
import { changedCallSchema, newCallSchema } from '../calls/schema.ts';
import { changedClientSchema, newClientSchema } from '../clients/schema.ts';
import { participantSchema } from '../conferences/dial-in.ts';
import {
  changedConferenceSchema,
  changedParticipantSchema,
  conferenceFilterSchema,
  participantFilterSchema,
} from '../conferences/routes.ts';
import { filterSchema } from '../crud.ts';
import { changedNumberSchema, newNumberSchema } from '../incoming-phone-numbers/schema.ts';
import { callNotificationFilterSchema, notificationFilterSchema } from '../notifications/routes.ts';
import { recordingFilterSchema } from '../recordings/routes.ts';
import { pageSchema } from '../pages.ts';
import { changedTrunkSchema, newTrunkSchema } from '../sip-trunks/schema.ts';
import type { ReplyName } from './replies.ts';

/** What the OpenAPI document says of one method of one path. */
export interface Operation {
  readonly summary: string;
  /** The schemas that check the request. */
  readonly query?: z.ZodObject;
  /** Names of times that `query` is read beside; each also with `<` and `>`. */
  readonly times?: readonly string[];
  readonly form?: z.ZodObject;
  readonly status: 200 | 201 | 204;
  /** The resource in the reply, or, with `list`, the array's name and what is in it. */
  readonly reply?: ReplyName;
  readonly list?: string;
}

type Operations = Readonly<Record<string, Operation>>;

const A = '/Accounts';
const P = `${A}/:accountSid`;

/** A room is named by its SID or by its name. */
const ROOM = `${P}/Conferences/:room`;
const PARTICIPANT = `${ROOM}/Participants/:callSid`;

/** A call that has the room instead of a document. */
const newParticipantSchema = newCallSchema
  .omit({ Url: true, Twiml: true, Rcml: true, ApplicationSid: true, FallbackUrl: true })
  .extend(participantSchema.shape);

interface Kind {
  readonly collection: string;
  readonly reply: ReplyName;
  readonly list: string;
  readonly filters: readonly string[];
  readonly created: z.ZodObject;
  readonly changed: z.ZodObject;
}

const KINDS: readonly Kind[] = [
  {
    collection: 'IncomingPhoneNumbers',
    reply: 'IncomingPhoneNumber',
    list: 'incoming_phone_numbers',
    filters: ['PhoneNumber', 'FriendlyName'],
    created: newNumberSchema,
    changed: changedNumberSchema,
  },
  {
    collection: 'Clients',
    reply: 'Client',
    list: 'clients',
    filters: ['Login', 'FriendlyName'],
    created: newClientSchema,
    changed: changedClientSchema,
  },
  {
    collection: 'Applications',
    reply: 'Application',
    list: 'applications',
    filters: ['FriendlyName'],
    created: applicationSchema,
    changed: applicationSchema,
  },
  {
    collection: 'SipTrunks',
    reply: 'SipTrunk',
    list: 'sip_trunks',
    filters: ['FriendlyName'],
    created: newTrunkSchema,
    changed: changedTrunkSchema,
  },
];

const OTHERS: Operations = {
  [`GET ${A}`]: lists('Account', 'accounts', 'This account and those below it', accountFilterSchema),
  [`POST ${A}`]: creates('Account', newAccountSchema, 'Creates a sub-account'),
  ...reads(P, 'Account'),
  ...changes(
    P,
    'Account',
    changedAccountSchema,
    'Changes, suspends or closes an account, or rotates its AuthToken',
  ),
  [`GET ${P}/Calls`]: {
    ...lists('Call', 'calls', 'Calls, newest first', callFilterSchema),
    times: ['StartTime', 'EndTime'],
  },
  [`POST ${P}/Calls`]: creates('Call', newCallSchema, 'Makes a call; it is dialled after the reply'),
  ...reads(`${P}/Calls/:sid`, 'Call'),
  ...changes(`${P}/Calls/:sid`, 'Call', changedCallSchema, 'Ends or changes a live call'),
  [`DELETE ${P}/Calls/:sid`]: { summary: 'Removes a finished call', status: 204 },
  [`GET ${P}/Calls/:sid/Events`]: lists(
    'Event',
    'events',
    'The timeline of a call and the legs below it, in order',
  ),
  [`GET ${P}/Calls/:sid/Notifications`]: {
    ...lists('Notification', 'notifications', 'Notifications of one call', callNotificationFilterSchema),
    times: ['MessageDate'],
  },
  [`GET ${P}/Calls/:callSid/Recordings`]: {
    ...lists('Recording', 'recordings', 'Recordings of one call'),
    times: ['DateCreated'],
  },
  ...reads(`${P}/Calls/:callSid/Recordings/:sid`, 'Recording'),
  [`GET ${P}/Recordings`]: {
    ...lists('Recording', 'recordings', 'Recordings, newest first', recordingFilterSchema),
    times: ['DateCreated'],
  },
  ...reads(`${P}/Recordings/:sid`, 'Recording'),
  [`DELETE ${P}/Recordings/:sid`]: { summary: 'Removes a finished recording and its sound', status: 204 },
  [`GET ${P}/Conferences`]: {
    ...lists('Conference', 'conferences', 'Conferences, newest first', conferenceFilterSchema),
    times: ['DateCreated', 'DateUpdated'],
  },
  ...reads(ROOM, 'Conference'),
  ...changes(ROOM, 'Conference', changedConferenceSchema, 'Ends a conference'),
  [`GET ${ROOM}/Participants`]: lists(
    'Participant',
    'participants',
    'Who is in the room',
    participantFilterSchema,
  ),
  [`POST ${ROOM}/Participants`]: creates('Participant', newParticipantSchema, 'Calls somebody into the room'),
  ...reads(PARTICIPANT, 'Participant'),
  ...changes(PARTICIPANT, 'Participant', changedParticipantSchema, 'Mutes or holds a participant'),
  [`DELETE ${PARTICIPANT}`]: { summary: 'Takes a participant out of the room', status: 204 },
  [`GET ${P}/Notifications`]: {
    ...lists('Notification', 'notifications', 'Notifications, newest first', notificationFilterSchema),
    times: ['MessageDate'],
  },
  ...reads(`${P}/Notifications/:sid`, 'Notification'),
  [`GET ${P}/Callbacks`]: lists('Callback', 'callbacks', 'Deliveries, newest first', callbackFilterSchema),
  ...reads(`${P}/Callbacks/:sid`, 'Callback'),
  ...changes(`${P}/Callbacks/:sid`, 'Callback', changedCallbackSchema, 'Sends a callback again'),
  [`POST ${P}/RcmlLint`]: {
    summary: 'Checks a document without a call',
    form: rcmlLintSchema,
    status: 200,
    reply: 'RcmlLint',
  },
};

/** By method and path, as the routes have them. */
export const OPERATIONS: Operations = Object.assign({}, OTHERS, ...KINDS.map(operationsOf)) as Operations;

function operationsOf({ collection, reply, list, filters, created, changed }: Kind): Operations {
  const many = `${P}/${collection}`;
  return {
    [`GET ${many}`]: lists(reply, list, `${collection}, newest first`, filterSchema(filters)),
    [`POST ${many}`]: creates(reply, created, `Creates one of ${collection}`),
    ...reads(`${many}/:sid`, reply),
    ...changes(`${many}/:sid`, reply, changed, `Changes one of ${collection}`),
    [`DELETE ${many}/:sid`]: { summary: `Removes one of ${collection}`, status: 204 },
  };
}

function lists(reply: ReplyName, list: string, summary: string, query?: z.ZodObject): Operation {
  const whole = query === undefined ? pageSchema : query.extend(pageSchema.shape);
  return { summary, query: whole, status: 200, reply, list };
}

function creates(reply: ReplyName, form: z.ZodObject, summary: string): Operation {
  return { summary, form, status: 201, reply };
}

function reads(path: string, reply: ReplyName): Operations {
  return { [`GET ${path}`]: { summary: `Reads one ${reply}`, status: 200, reply } };
}

function changes(path: string, reply: ReplyName, form: z.ZodObject, summary: string): Operations {
  const operation: Operation = { summary, form, status: 200, reply };
  return { [`POST ${path}`]: operation, [`PUT ${path}`]: operation };
}
