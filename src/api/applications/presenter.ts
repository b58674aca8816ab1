import { rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import type { ApplicationRecord } from '../../records/repositories.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { dated, sid, text } from '../reply-parts.ts';
import { presentVoice, voiceReply } from '../voice-fields.ts';

export const APPLICATION = resource('Application', {
  sid: sid('AP'),
  account_sid: sid('AC'),
  friendly_name: text,
  ...voiceReply,
  rcml_url: text.nullable(),
  ...dated,
});

export function presentApplication(record: ApplicationRecord, place: Place): Shown<typeof APPLICATION> {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    friendly_name: record.friendlyName,
    ...presentVoice(record),
    rcml_url: record.voiceUrl ?? null,
    api_version: API_VERSION,
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    uri: uriOf(place, record.accountSid, 'Applications', record.sid),
  };
}
