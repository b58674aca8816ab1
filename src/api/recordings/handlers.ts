import { compact } from '../../call/compact.ts';
import type { RecordingRecord } from '../../call/recording/recording-record.ts';
import type { CallRepository } from '../../records/repositories.ts';
import type { RecordingFilter, RecordingRepository } from '../../records/recording-repository.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import type { ListQuery, NO_FILTERS } from '../list-query.ts';
import { uriOf } from '../place.ts';
import type { RecordingService } from '../ports.ts';
import { type ApiRequest, type RoutedRequest, sidOf } from '../route.ts';
import { presentRecording } from './presenter.ts';
import type { RecordedSounds } from './sounds.ts';

export interface RecordingDeps {
  readonly recordings: RecordingRepository;
  readonly calls: CallRepository;
  readonly sounds: RecordedSounds;
  readonly service: RecordingService;
}

/** A page of those that `owner` has. */
export async function listRecordings(
  { recordings }: Pick<RecordingDeps, 'recordings'>,
  {
    account,
    place,
    query: { page, spans },
  }: ApiRequest<{ readonly query: ListQuery<typeof NO_FILTERS, 'DateCreated'> }>,
  path: readonly string[],
  owner: Pick<RecordingFilter, 'callSid' | 'conferenceSid'>,
) {
  const { from, before } = spans.DateCreated;
  const filter = compact({ ...owner, createdFrom: from, createdBefore: before });
  const found = await recordings.list(account.sid, page, filter);
  const items = found.items.map((record) => presentRecording(record, place));
  return { ...found, items, uri: uriOf(place, account.sid, ...path) };
}

export async function showRecording({ found, place }: ApiRequest<{ readonly found: RecordingRecord }>) {
  return { shown: presentRecording(found, place) };
}

/** Removes a finished recording. @throws ApiError when it is not finished */
export async function removeRecording(
  deps: Pick<RecordingDeps, 'recordings' | 'sounds'>,
  { accountSid, sid }: RecordingRecord,
): Promise<void> {
  if (!(await deps.recordings.remove(accountSid, sid))) {
    throw badRequest(
      API_ERRORS.callState,
      'Only a finished recording can be removed; this one is still being recorded or transcribed',
    );
  }
  await deps.sounds.remove(sid);
}

/** The recording that a path names, below its call if the path names that too. @throws ApiError 404 */
export async function findRecording(
  { recordings }: Pick<RecordingDeps, 'recordings'>,
  request: RoutedRequest,
): Promise<RecordingRecord> {
  const sid = sidOf(request, 'RE');
  const record = await recordings.find(request.account.sid, sid);
  const { callSid = record?.callSid } = request.variables;
  if (record === undefined || record.callSid !== callSid) throw notFound(`Recording ${sid}`);
  return record;
}
