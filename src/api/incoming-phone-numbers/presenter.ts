import { z } from 'zod';
import { rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import type { NumberRecord } from '../../records/repositories.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { dated, sid, text } from '../reply-parts.ts';
import { presentVoice, voiceReply } from '../voice-fields.ts';

export const NUMBER = resource('IncomingPhoneNumber', {
  sid: sid('PN'),
  account_sid: sid('AC'),
  friendly_name: text,
  phone_number: text,
  ...voiceReply,
  voice_application_sid: sid('AP').nullable(),
  capabilities: z.record(text, z.boolean()),
  ...dated,
});

export function presentNumber(record: NumberRecord, place: Place): Shown<typeof NUMBER> {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    friendly_name: record.friendlyName,
    phone_number: record.phoneNumber,
    ...presentVoice(record),
    voice_application_sid: record.voiceApplicationSid ?? null,
    capabilities: { voice: true, sms: false, mms: false, fax: false },
    api_version: API_VERSION,
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    uri: uriOf(place, record.accountSid, 'IncomingPhoneNumbers', record.sid),
  };
}
