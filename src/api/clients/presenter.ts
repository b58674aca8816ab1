import { rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import type { ClientRecord } from '../../records/repositories.ts';
import { type Place, uriOf } from '../place.ts';
import type { JsonObject } from '../http/rendering.ts';
import { presentVoice } from '../voice-fields.ts';

/** Where a client's phones are; undefined when Asterisk cannot be asked now. */
export type Registration = { readonly registered: boolean; readonly contacts: readonly string[] } | undefined;

/** Its password is shown nowhere. `status` is Restcomm's number. */
export function presentClient(record: ClientRecord, registration: Registration, place: Place): JsonObject {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    friendly_name: record.friendlyName,
    login: record.login,
    status: record.status === 'enabled' ? 1 : 0,
    registered: registration?.registered ?? null,
    contacts: registration?.contacts ?? [],
    ...presentVoice(record),
    voice_application_sid: record.voiceApplicationSid ?? null,
    api_version: API_VERSION,
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    uri: uriOf(place, record.accountSid, 'Clients', record.sid),
  };
}
