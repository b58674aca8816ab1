import { compact } from '../../call/compact.ts';
import type { CallbackRecord, CallbackRepository } from '../../records/call-history.ts';
import { notFound } from '../errors.ts';
import { readListQuery } from '../list-query.ts';
import { listReply } from '../pages.ts';
import { readForm } from '../parameters.ts';
import { type ApiReply, type ApiRequest, one, type Route, sidOf } from '../route.ts';
import { presentCallback } from './presenter.ts';
import { callbackFilterSchema, changedCallbackSchema } from './schema.ts';

/** `P/Callbacks`: what was told to application servers, and how that went. */
export function callbackRoutes(callbacks: CallbackRepository): readonly Route[] {
  const replay = (request: ApiRequest) => replayCallback(callbacks, request);
  return [
    { method: 'GET', path: '/Callbacks', handle: (request) => listCallbacks(callbacks, request) },
    {
      method: 'GET',
      path: '/Callbacks/:sid',
      handle: async (request) => shown(await find(callbacks, request), request),
    },
    { method: 'POST', path: '/Callbacks/:sid', handle: replay },
    { method: 'PUT', path: '/Callbacks/:sid', handle: replay },
  ];
}

async function listCallbacks(callbacks: CallbackRepository, request: ApiRequest): Promise<ApiReply> {
  const { page, given } = readListQuery(request.query, callbackFilterSchema);
  const { CallSid: callSid, State: state, Url: url } = given;
  const found = await callbacks.list(request.account.sid, page, compact({ callSid, state, url }));
  const items = found.items.map((record) => presentCallback(record, request.place));
  return listReply(['Callbacks'], { ...found, items }, page, request);
}

/** It goes out again from the beginning, with the same identifier. */
async function replayCallback(callbacks: CallbackRepository, request: ApiRequest): Promise<ApiReply> {
  const { accountSid, sid } = await find(callbacks, request);
  readForm(changedCallbackSchema, request.form);
  await callbacks.replay(accountSid, sid);
  return shown(await find(callbacks, request), request);
}

function shown(record: CallbackRecord, { place }: ApiRequest): ApiReply {
  return one(200, 'Callback', presentCallback(record, place));
}

async function find(callbacks: CallbackRepository, request: ApiRequest): Promise<CallbackRecord> {
  const sid = sidOf(request, 'CB');
  const record = await callbacks.find(request.account.sid, sid);
  if (record === undefined) throw notFound(`Callback ${sid}`);
  return record;
}
