import type { RecordingRecord } from '../../call/recording/recording-record.ts';
import { API_ERRORS, ApiError, badRequest, notFound } from '../errors.ts';
import type { RecordingOrder, RecordingService } from '../ports.ts';
import type { ChangedRecordingForm } from './schema.ts';

/** Stands in a path for the only recording that runs. */
export const CURRENT = 'Twilio.CURRENT';

/** The only one that runs. @throws ApiError 404 when none does, 400 when several do */
export function currentOf(running: readonly RecordingRecord[]): RecordingRecord {
  const [only, second] = running;
  if (only === undefined) throw notFound('A recording that runs');
  if (second === undefined) return only;
  const sids = running.map(({ sid }) => sid).join(', ');
  throw badRequest(API_ERRORS.callState, `More than one recording runs; name one of them: ${sids}`);
}

/** Pauses, resumes or stops a recording, and returns it as it is then. @throws ApiError */
export async function changeRecording(
  service: Pick<RecordingService, 'change'>,
  { sid, status, source }: RecordingRecord,
  form: ChangedRecordingForm,
): Promise<RecordingRecord> {
  const changed = await service.change(sid, orderOf(form));
  switch (changed) {
    case 'not-running':
      throw badRequest(API_ERRORS.callState, whyNotRunning(status, source));
    case 'refused':
      throw badRequest(API_ERRORS.callState, 'It is paused with another PauseBehavior; resume it first');
    case 'failed': {
      const message = 'Asterisk did not do it; the recording goes on as before';
      throw new ApiError(503, API_ERRORS.unavailable, message, { 'Retry-After': '1' });
    }
    default:
      return changed;
  }
}

function orderOf({ Status: status, PauseBehavior: how = 'silence' }: ChangedRecordingForm): RecordingOrder {
  return status === 'paused' ? { status, how } : { status };
}

function whyNotRunning(status: RecordingRecord['status'], source: RecordingRecord['source']): string {
  if (source === 'RecordVerb' && status === 'in-progress') {
    return 'A recording of <Record> is ended by its document or by the caller, and cannot be paused';
  }
  return `Only a recording that runs can be changed; this one is ${status === 'in-progress' ? 'over' : status}`;
}
