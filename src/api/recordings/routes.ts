import { z } from 'zod';
import type { CallRepository } from '../../call/repositories.ts';
import type { RecordingRecord, RecordingRepository } from '../../call/recording-record.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import { pageRequestOf, presentPage } from '../pages.ts';
import { optional, readForm, sidText } from '../parameters.ts';
import { uriOf } from '../place.ts';
import { type ApiReply, type ApiRequest, NO_CONTENT, one, type Route, sidOf } from '../route.ts';
import { presentRecording } from './presenter.ts';
import type { RecordedSounds } from './sounds.ts';

export interface RecordingDeps {
  readonly recordings: RecordingRepository;
  readonly calls: CallRepository;
  readonly sounds: RecordedSounds;
}

const filters = z.object({ CallSid: optional(sidText('CA')) });

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
  const { CallSid: callSid } = readForm(filters, request.query);
  return list(deps, request, callSid, ['Recordings']);
}

async function listOfCall(deps: RecordingDeps, request: ApiRequest): Promise<ApiReply> {
  const callSid = sidOf(request, 'CA', 'callSid');
  if ((await deps.calls.find(request.account.sid, callSid)) === undefined) throw notFound(`Call ${callSid}`);
  return list(deps, request, callSid, ['Calls', callSid, 'Recordings']);
}

async function list(
  { recordings }: RecordingDeps,
  { account, place, query }: ApiRequest,
  callSid: string | undefined,
  path: readonly string[],
): Promise<ApiReply> {
  const page = pageRequestOf(query);
  const found = await recordings.list(account.sid, page, callSid === undefined ? {} : { callSid });
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
