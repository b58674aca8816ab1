import { z } from 'zod';
import { rfc2822 } from '../../call/dates.ts';
import { SRTP_MODES } from '../../call/routing/srtp.ts';
import type { ClientStatus } from '../../call/sip-status.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import type { ClientRecord } from '../../records/repositories.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { dated, sid, text, whole } from '../reply-parts.ts';
import { presentVoice, voiceReply } from '../voice-fields.ts';

export const CLIENT = resource('Client', {
  sid: sid('CL'),
  account_sid: sid('AC'),
  friendly_name: text,
  login: text,
  status: whole.meta({ description: '1 enabled, 0 disabled' }),
  srtp: z.enum(SRTP_MODES).nullable().meta({ description: 'null: as SRTP says' }),
  registered: z.boolean().nullable(),
  contacts: z.array(text),
  ...voiceReply,
  voice_application_sid: sid('AP').nullable(),
  ...dated,
});

/** The password is never shown. `status` in the reply is a number, as with Restcomm. */
export function presentClient(
  record: ClientRecord,
  status: ClientStatus | undefined,
  place: Place,
): Shown<typeof CLIENT> {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    friendly_name: record.friendlyName,
    login: record.login,
    status: record.status === 'enabled' ? 1 : 0,
    srtp: record.srtp ?? null,
    registered: status?.registered ?? null,
    contacts: status?.contacts ?? [],
    ...presentVoice(record),
    voice_application_sid: record.voiceApplicationSid ?? null,
    api_version: API_VERSION,
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    uri: uriOf(place, record.accountSid, 'Clients', record.sid),
  };
}
