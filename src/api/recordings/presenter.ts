import { z } from 'zod';
import { rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import { type RecordingRecord, trackOf } from '../../call/recording/recording-record.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { date, dated, nothing, sid, text, uri, whole } from '../reply-parts.ts';

export const RECORDING = resource('Recording', {
  sid: sid('RE'),
  account_sid: sid('AC'),
  call_sid: sid('CA'),
  conference_sid: text.nullable(),
  status: z.enum(['in-progress', 'paused', 'stopped', 'completed', 'absent']),
  source: z.enum([
    'RecordVerb',
    'DialVerb',
    'Conference',
    'OutboundAPI',
    'StartCallRecordingAPI',
    'StartCallRecordingTwiML',
  ]),
  channels: whole,
  track: z.enum(['inbound', 'outbound', 'both']),
  start_time: date,
  duration: text.nullable(),
  error_code: nothing,
  price: nothing,
  price_unit: nothing,
  media_url: uri,
  ...dated,
});

/** One recording. `media_url` is the address of its sound, relative to the host; `.wav` or `.mp3` may be appended. */
export function presentRecording(record: RecordingRecord, place: Place): Shown<typeof RECORDING> {
  const { sid, accountSid } = record;
  const sound = uriOf({ ...place, format: 'xml' }, accountSid, 'Recordings', sid);
  return {
    sid,
    account_sid: accountSid,
    call_sid: record.callSid,
    conference_sid: record.conferenceSid ?? null,
    status: record.status,
    source: record.source,
    channels: record.channels,
    track: trackOf(record),
    start_time: rfc2822(record.startTime),
    duration: record.duration === undefined ? null : String(record.duration),
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    error_code: null,
    price: null,
    price_unit: null,
    api_version: API_VERSION,
    media_url: sound,
    // Without an extension it would be the address of the sound.
    uri: place.format === 'json' ? uriOf(place, accountSid, 'Recordings', sid) : `${sound}.xml`,
  };
}
