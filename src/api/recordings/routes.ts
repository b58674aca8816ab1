import { z } from 'zod';
import { compact } from '../../call/compact.ts';
import type { CallRepository } from '../../records/repositories.ts';
import type { RecordingRecord } from '../../call/recording/recording-record.ts';
import type { RecordingRepository } from '../../records/recording-repository.ts';
import { findCall } from '../calls/find.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import { type ListQuery, NO_FILTERS } from '../list-query.ts';
import { sidFilter } from '../parameters.ts';
import { uriOf } from '../place.ts';
import { type ApiRequest, type Route, type RoutedRequest, sidOf } from '../route.ts';
import { listRoute, readRoute, removeRoute } from '../route-kinds.ts';
import { presentRecording, RECORDING } from './presenter.ts';
import type { RecordedSounds } from './sounds.ts';

export interface RecordingDeps {
  readonly recordings: RecordingRepository;
  readonly calls: CallRepository;
  readonly sounds: RecordedSounds;
}

/** `P/Recordings` and `P/Calls/{sid}/Recordings`; the sound itself is served by sounds.ts. */
export function recordingRoutes(deps: RecordingDeps): readonly Route[] {
  const find = (request: RoutedRequest) => findRecording(deps, request);
  const many = { resource: RECORDING, times: ['DateCreated'] } as const;
  const one = { summary: 'Reads a Recording', resource: RECORDING, find };
  return [
    listRoute({
      ...many,
      path: '/Recordings',
      summary: 'Recordings, newest first',
      filters: z.object({ CallSid: sidFilter('CA') }),
      handle: (request) => list(deps, request, ['Recordings'], request.query.given.CallSid),
    }),
    readRoute({ ...one, path: '/Recordings/:sid', handle: show }),
    removeRoute({
      path: '/Recordings/:sid',
      summary: 'Removes a finished recording and its sound',
      find,
      handle: ({ found }) => remove(deps, found),
    }),
    listRoute({
      ...many,
      path: '/Calls/:callSid/Recordings',
      summary: 'Recordings of one call',
      filters: NO_FILTERS,
      find: (request) => findCall(deps.calls, request, 'callSid'),
      handle: (request) => {
        const { sid } = request.found;
        return list(deps, request, ['Calls', sid, 'Recordings'], sid);
      },
    }),
    readRoute({ ...one, path: '/Calls/:callSid/Recordings/:sid', handle: show }),
  ];
}

async function list(
  { recordings }: RecordingDeps,
  {
    account,
    place,
    query: { page, spans },
  }: ApiRequest<{ readonly query: ListQuery<typeof NO_FILTERS, 'DateCreated'> }>,
  path: readonly string[],
  callSid: string | undefined,
) {
  const { from, before } = spans.DateCreated;
  const filter = compact({ callSid, createdFrom: from, createdBefore: before });
  const found = await recordings.list(account.sid, page, filter);
  const items = found.items.map((record) => presentRecording(record, place));
  return { ...found, items, uri: uriOf(place, account.sid, ...path) };
}

async function show({ found, place }: ApiRequest<{ readonly found: RecordingRecord }>) {
  return { shown: presentRecording(found, place) };
}

async function remove(deps: RecordingDeps, { accountSid, sid }: RecordingRecord): Promise<void> {
  if (!(await deps.recordings.remove(accountSid, sid))) {
    throw badRequest(
      API_ERRORS.callState,
      'Only a finished recording can be removed; this one is still being recorded or transcribed',
    );
  }
  await deps.sounds.remove(sid);
}

async function findRecording(
  { recordings }: RecordingDeps,
  request: RoutedRequest,
): Promise<RecordingRecord> {
  const sid = sidOf(request, 'RE');
  const record = await recordings.find(request.account.sid, sid);
  const { callSid = record?.callSid } = request.variables;
  if (record === undefined || record.callSid !== callSid) throw notFound(`Recording ${sid}`);
  return record;
}
