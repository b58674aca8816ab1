import type { z } from 'zod';
import { compact } from '../../call/compact.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { CallbackFilter, CallbackRecord, CallbackRepository } from '../../records/call-history.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import { JOB, presentJob } from '../jobs/routes.ts';
import type { ReplayJobs } from '../jobs/replay-jobs.ts';
import { uriOf } from '../place.ts';
import { type Route, type RoutedRequest, sidOf } from '../route.ts';
import { changeRoutes, createRoute, listRoute, readRoute } from '../route-kinds.ts';
import { CALLBACK, presentCallback } from './presenter.ts';
import { destinationsRoute } from './destinations.ts';
import { callbackFilterSchema, changedCallbackSchema, replaySchema } from './schema.ts';

export interface CallbackDeps {
  readonly callbacks: CallbackRepository;
  readonly jobs: ReplayJobs;
  readonly clock: Clock;
}

/** `P/Callbacks`: what application servers were told, and how the delivery went. */
export function callbackRoutes({ callbacks, jobs, clock }: CallbackDeps): readonly Route[] {
  const find = (request: RoutedRequest) => findCallback(callbacks, request);
  const each = { path: '/Callbacks/:sid', resource: CALLBACK, find };
  return [
    listRoute({
      path: '/Callbacks',
      summary: 'Deliveries, newest first',
      filters: callbackFilterSchema,
      resource: CALLBACK,
      handle: async ({ account, place, query: { page, given } }) => {
        const filter = compact({ callSid: given.CallSid, state: given.State, url: given.Url });
        const found = await callbacks.list(account.sid, page, filter);
        const items = found.items.map((record) => presentCallback(record, place));
        return { ...found, items, uri: uriOf(place, account.sid, 'Callbacks') };
      },
    }),
    createRoute({
      path: '/Callbacks',
      summary: 'Sends all callbacks again that the filters find: a job',
      form: replaySchema,
      resource: JOB,
      handle: async ({ account, form, place }) => ({
        shown: presentJob(await jobs.begin(account.sid, replayFilterOf(form)), place),
      }),
    }),
    // Before the path with a SID.
    destinationsRoute(callbacks, clock),
    readRoute({
      ...each,
      summary: 'Reads a Callback',
      handle: async ({ found, place }) => ({ shown: presentCallback(found, place) }),
    }),
    ...changeRoutes({
      ...each,
      summary: 'Sends a callback again',
      form: changedCallbackSchema,
      // The delivery starts from the beginning, with the same idempotency token.
      handle: async (request) => {
        await callbacks.replay(request.found.accountSid, request.found.sid);
        return { shown: presentCallback(await find(request), request.place) };
      },
    }),
  ];
}

/** @throws ApiError 400: nobody wants everything to be sent again that was ever sent */
function replayFilterOf({ CallSid, State, Url, Since }: z.output<typeof replaySchema>): CallbackFilter {
  const filter = compact({ callSid: CallSid, state: State, url: Url, since: Since });
  if (Object.keys(filter).length > 0) return filter;
  throw badRequest(API_ERRORS.badRequest, 'One of CallSid, State, Url and Since is required');
}

async function findCallback(callbacks: CallbackRepository, request: RoutedRequest): Promise<CallbackRecord> {
  const sid = sidOf(request, 'CB');
  const record = await callbacks.find(request.account.sid, sid);
  if (record === undefined) throw notFound(`Callback ${sid}`);
  return record;
}
