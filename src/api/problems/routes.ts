import { z } from 'zod';
import { rfc2822 } from '../../call/dates.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { ProblemRepository } from '../../records/problem-repository.ts';
import { API_ERRORS, moreInfoOn, notFound } from '../errors.ts';
import { pageOf } from '../pages.ts';
import { oneOf, optional, required, wholeNumber } from '../parameters.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { date, sid, text, uri, whole } from '../reply-parts.ts';
import { type Route, type RoutedRequest, sidOf } from '../route.ts';
import { changeRoutes, listRoute, readRoute } from '../route-kinds.ts';
import { type Problem, problemsIn } from './problem.ts';

const STATES = ['new', 'seen', 'closed'] as const;
const DAY_MS = 24 * 3_600_000;
const SHOWN_MS = 7 * DAY_MS;
/** So many of the newest notifications are looked at. */
const MOST = 5_000;

const PROBLEM = resource('Problem', {
  sid: sid('PR'),
  account_sid: sid('AC'),
  error_code: whole,
  log: whole.meta({ description: '0 an error, 1 a warning' }),
  more_info: text,
  place: text.nullable(),
  message_text: text.meta({ description: 'Of the newest notification' }),
  count: whole,
  date_first: date,
  date_last: date,
  per_hour: z.array(whole).meta({ description: 'Of each of the last 24 hours, the oldest first' }),
  call_sids: z.array(sid('CA')).meta({ description: 'The last calls, the newest first' }),
  state: z.enum(STATES),
  uri,
});

const filterSchema = z.object({
  State: optional(oneOf(STATES)),
  ErrorCode: optional(wholeNumber(0, 99_999)),
});
const changedSchema = z.object({ State: required(API_ERRORS.badRequest, oneOf(STATES)) });

export interface ProblemDeps {
  readonly problems: ProblemRepository;
  readonly clock: Clock;
}

/** `P/Problems`: the notifications of the last seven days, by what they are and where it happened. */
export function problemRoutes(deps: ProblemDeps): readonly Route[] {
  const find = (request: RoutedRequest) => findProblem(deps, request);
  const each = { path: '/Problems/:sid', resource: PROBLEM, find };
  return [
    listRoute({
      path: '/Problems',
      summary: 'Notifications by kind and place, the newest first',
      filters: filterSchema,
      resource: PROBLEM,
      handle: async ({ account, place, query: { page, given } }) => {
        const all = (await problemsOf(deps, account.sid)).filter(
          ({ state, errorCode }) =>
            state === (given.State ?? state) && errorCode === (given.ErrorCode ?? errorCode),
        );
        const found = pageOf(all, page);
        const items = found.items.map((problem) => present(problem, account.sid, place));
        return { ...found, items, uri: uriOf(place, account.sid, 'Problems') };
      },
    }),
    readRoute({
      ...each,
      summary: 'Reads a Problem',
      handle: async ({ found, account, place }) => ({ shown: present(found, account.sid, place) }),
    }),
    ...changeRoutes({
      ...each,
      summary: 'Says that a problem was seen, or is closed, until it happens again',
      form: changedSchema,
      handle: async ({ found, account, place, form: { State: state } }) => {
        await deps.problems.mark(account.sid, { key: found.sid, state, upTo: found.lastAt });
        return { shown: present({ ...found, state }, account.sid, place) };
      },
    }),
  ];
}

async function problemsOf({ problems, clock }: ProblemDeps, accountSid: string): Promise<readonly Problem[]> {
  const now = clock.now();
  const notifications = await problems.notifications(accountSid, now - SHOWN_MS, MOST);
  return problemsIn(notifications, await problems.marks(accountSid), now);
}

async function findProblem(deps: ProblemDeps, request: RoutedRequest): Promise<Problem> {
  const key = sidOf(request, 'PR');
  const found = (await problemsOf(deps, request.account.sid)).find((problem) => problem.sid === key);
  if (found === undefined) throw notFound(`Problem ${key}`);
  return found;
}

function present(problem: Problem, accountSid: string, place: Place): Shown<typeof PROBLEM> {
  return {
    sid: problem.sid,
    account_sid: accountSid,
    error_code: problem.errorCode,
    log: problem.level === 'error' ? 0 : 1,
    more_info: moreInfoOn(problem.errorCode),
    place: problem.place ?? null,
    message_text: problem.message,
    count: problem.count,
    date_first: rfc2822(problem.firstAt),
    date_last: rfc2822(problem.lastAt),
    per_hour: problem.perHour,
    call_sids: problem.callSids,
    state: problem.state,
    uri: uriOf(place, accountSid, 'Problems', problem.sid),
  };
}
