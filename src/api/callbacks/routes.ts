import { compact } from '../../call/compact.ts';
import type { CallbackRecord, CallbackRepository } from '../../records/call-history.ts';
import { notFound } from '../errors.ts';
import { uriOf } from '../place.ts';
import { type Route, type RoutedRequest, sidOf } from '../route.ts';
import { changeRoutes, listRoute, readRoute } from '../route-kinds.ts';
import { CALLBACK, presentCallback } from './presenter.ts';
import { callbackFilterSchema, changedCallbackSchema } from './schema.ts';

/** `P/Callbacks`: what application servers were told, and how the delivery went. */
export function callbackRoutes(callbacks: CallbackRepository): readonly Route[] {
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

async function findCallback(callbacks: CallbackRepository, request: RoutedRequest): Promise<CallbackRecord> {
  const sid = sidOf(request, 'CB');
  const record = await callbacks.find(request.account.sid, sid);
  if (record === undefined) throw notFound(`Callback ${sid}`);
  return record;
}
