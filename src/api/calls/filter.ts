import { compact } from '../../call/compact.ts';
import { z } from 'zod';
import type { CallStatus, Direction } from '../../call/leg/leg.ts';
import type { CallFilter, CallSort } from '../../records/repositories.ts';
import { partyName } from '../../call/routing/written-address.ts';
import { API_ERRORS } from '../errors.ts';
import type { ListQuery } from '../list-query.ts';
import { checked, label, oneOf, optional, sidFilter, truth } from '../parameters.ts';

export const CALL_STATUSES = [
  'queued',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'failed',
  'no-answer',
  'canceled',
] as const satisfies readonly CallStatus[];

export const DIRECTIONS = [
  'inbound',
  'outbound-api',
  'outbound-dial',
] as const satisfies readonly Direction[];

const SORTABLE = {
  datecreated: 'dateCreated',
  starttime: 'startTime',
  endtime: 'endTime',
  from: 'from',
  to: 'to',
  status: 'status',
} as const satisfies Record<string, CallSort['by']>;

const sort = checked(
  API_ERRORS.badRequest,
  'DateCreated, StartTime, EndTime, From, To or Status, followed by :asc (default) or :desc',
  (text) => sortOf(text) !== undefined,
).transform(sortOf);

/** `GET P/Calls`, but for `StartTime` and `EndTime`. */
export const callFilterSchema = z.object({
  Status: optional(oneOf(CALL_STATUSES)),
  To: optional(label(255)),
  From: optional(label(255)),
  Direction: optional(oneOf(DIRECTIONS)),
  ParentCallSid: sidFilter('CA'),
  PhoneNumberSid: sidFilter('PN'),
  TrunkSid: sidFilter('TK'),
  ConferenceSid: sidFilter('CF'),
  SubAccounts: optional(truth()),
  HasProblem: optional(truth()),
  Q: optional(label(255)),
  SortBy: optional(sort),
});

/** Which calls a query asks for. */
export function callFilterOf({
  given,
  spans: { StartTime: start, EndTime: end },
}: ListQuery<typeof callFilterSchema, 'StartTime' | 'EndTime'>): CallFilter {
  return compact({
    status: given.Status,
    to: partyOf(given.To),
    from: partyOf(given.From),
    direction: given.Direction,
    parentCallSid: given.ParentCallSid,
    phoneNumberSid: given.PhoneNumberSid,
    trunkSid: given.TrunkSid,
    conferenceSid: given.ConferenceSid,
    subAccounts: given.SubAccounts,
    hasProblem: given.HasProblem,
    search: given.Q,
    startTimeFrom: start.from,
    startTimeBefore: start.before,
    endTimeFrom: end.from,
    endTimeBefore: end.before,
    sort: given.SortBy,
  });
}

/** The filter in the form that From and To are stored in: a client's name, the name in a SIP address, or the digits of a number. */
function partyOf(written: string | undefined): string | undefined {
  return written === undefined ? undefined : partyName(written);
}

function sortOf(text: string): CallSort | undefined {
  const [, name = '', direction = 'asc'] = /^([a-z]+)(?::(asc|desc))?$/.exec(text.toLowerCase()) ?? [];
  const by = Object.entries(SORTABLE).find(([key]) => key === name)?.[1];
  return by === undefined ? undefined : { by, direction: direction === 'desc' ? 'desc' : 'asc' };
}
