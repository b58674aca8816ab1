import { rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/parameters.ts';
import type { RecordingRecord } from '../../call/recording-record.ts';
import { type Place, uriOf } from '../place.ts';
import type { JsonObject } from '../rendering.ts';

/** One recording. `media_url` is the sound's address with `.wav` or `.mp3` behind it, relative to the host. */
export function presentRecording(record: RecordingRecord, place: Place): JsonObject {
  const { sid, accountSid } = record;
  return {
    sid,
    account_sid: accountSid,
    call_sid: record.callSid,
    conference_sid: null,
    status: record.status,
    source: record.source,
    channels: record.channels,
    start_time: rfc2822(record.startTime),
    duration: record.duration === undefined ? null : String(record.duration),
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    error_code: null,
    price: null,
    price_unit: null,
    api_version: API_VERSION,
    media_url: uriOf({ ...place, format: 'xml' }, accountSid, 'Recordings', sid),
    uri: uriOf(place, accountSid, 'Recordings', sid),
  };
}
