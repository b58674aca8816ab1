import { z } from 'zod';
import { rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import { STREAM_TRACKS, type StreamRecord } from '../../call/stream/stream-record.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { dated, sid, text, whole } from '../reply-parts.ts';

export const STREAM = resource('Stream', {
  sid: sid('MZ'),
  account_sid: sid('AC'),
  call_sid: sid('CA'),
  name: text.nullable(),
  status: z.enum(['in-progress', 'stopped']),
  direction: z.enum(['unidirectional', 'bidirectional']),
  track: z.enum(STREAM_TRACKS),
  url: text.meta({ description: 'Without user, password and query' }),
  error_code: whole.nullable(),
  ...dated,
});

export function presentStream(record: StreamRecord, place: Place): Shown<typeof STREAM> {
  const { sid, accountSid, callSid } = record;
  return {
    sid,
    account_sid: accountSid,
    call_sid: callSid,
    name: record.name ?? null,
    status: record.status,
    direction: record.direction,
    track: record.track,
    url: record.url,
    error_code: record.errorCode ?? null,
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    api_version: API_VERSION,
    uri: uriOf(place, accountSid, 'Calls', callSid, 'Streams', sid),
  };
}
