import { compact } from '../../call/compact.ts';
import { z } from 'zod';
import type { PageRequest } from '../../records/page.ts';
import type { CallRepository } from '../../records/repositories.ts';
import type { RecordingRecord } from '../../call/recording/recording-record.ts';
import type { RecordingRepository } from '../../records/recording-repository.ts';
import type { Span } from '../date-filter.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import { NO_FILTERS, readListQuery } from '../list-query.ts';
import { presentPage } from '../pages.ts';
import { sidFilter } from '../parameters.ts';
import { uriOf } from '../place.ts';
import { type ApiReply, type ApiRequest, NO_CONTENT, one, type Route, sidOf } from '../route.ts';
import { presentRecording } from './presenter.ts';
import type { RecordedSounds } from './sounds.ts';

export interface RecordingDeps {
  readonly recordings: RecordingRepository;
  readonly calls: CallRepository;
  readonly sounds: RecordedSounds;
}

/** `GET P/Recordings`; `DateCreated` is read beside it. */
export const recordingFilterSchema = z.object({ CallSid: sidFilter('CA') });

const TIMES = ['DateCreated'] as const;

/** `P/Recordings` and `P/Calls/{sid}/Recordings`; the sound itself is served by sounds.ts. */
export function recordingRoutes(deps: RecordingDeps): readonly Route[] {
  return [
    { method: 'GET', path: '/Recordings', handle: (request) => listAll(deps, request) },
    { method: 'GET', path: '/Recordings/:sid', handle: (request) => readOne(deps, request) },
    { method: 'DELETE', path: '/Recordings/:sid', handle: (request) => removeOne(deps, request) },
    { method: 'GET', path: '/Calls/:callSid/Recordings', handle: (request) => listOfCall(deps, request) },
    { method: 'GET', path: '/Calls/:callSid/Recordings/:sid', handle: (request) => readOne(deps, request) },
  ];
}

function listAll(deps: RecordingDeps, request: ApiRequest): Promise<ApiReply> {
  const { page, given, spans } = readListQuery(request.query, recordingFilterSchema, TIMES);
  return list(deps, request, ['Recordings'], page, { callSid: given.CallSid, ...spans.DateCreated });
}

async function listOfCall(deps: RecordingDeps, request: ApiRequest): Promise<ApiReply> {
  const callSid = sidOf(request, 'CA', 'callSid');
  if ((await deps.calls.find(request.account.sid, callSid)) === undefined) throw notFound(`Call ${callSid}`);
  const { page, spans } = readListQuery(request.query, NO_FILTERS, TIMES);
  return list(deps, request, ['Calls', callSid, 'Recordings'], page, { callSid, ...spans.DateCreated });
}

async function list(
  { recordings }: RecordingDeps,
  { account, place, query }: ApiRequest,
  path: readonly string[],
  page: PageRequest,
  { callSid, from, before }: Span & { readonly callSid: string | undefined },
): Promise<ApiReply> {
  const filter = compact({ callSid, createdFrom: from, createdBefore: before });
  const found = await recordings.list(account.sid, page, filter);
  return {
    status: 200,
    content: {
      kind: 'list',
      collection: 'Recordings',
      key: 'recordings',
      element: 'Recording',
      page: presentPage(uriOf(place, account.sid, ...path), query, page, found),
      items: found.items.map((record) => presentRecording(record, place)),
    },
  };
}

async function readOne(deps: RecordingDeps, request: ApiRequest): Promise<ApiReply> {
  return one(200, 'Recording', presentRecording(await find(deps, request), request.place));
}

async function removeOne(deps: RecordingDeps, request: ApiRequest): Promise<ApiReply> {
  const { accountSid, sid } = await find(deps, request);
  if (!(await deps.recordings.remove(accountSid, sid))) {
    throw badRequest(
      API_ERRORS.callState,
      'Only a finished recording can be removed; this one is still being recorded or transcribed',
    );
  }
  await deps.sounds.remove(sid);
  return NO_CONTENT;
}

async function find({ recordings }: RecordingDeps, request: ApiRequest): Promise<RecordingRecord> {
  const sid = sidOf(request, 'RE');
  const record = await recordings.find(request.account.sid, sid);
  const { callSid = record?.callSid } = request.variables;
  if (record === undefined || record.callSid !== callSid) throw notFound(`Recording ${sid}`);
  return record;
}
