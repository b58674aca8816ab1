import { z } from 'zod';
import { CALLER_ID_POLICIES } from '../../call/routing/caller-id.ts';
import { NUMBER_FORMATS } from '../../call/routing/number-format.ts';
import { SRTP_MODES } from '../../call/routing/srtp.ts';
import { TRY_TIMEOUT_S } from '../../call/routing/targets.ts';
import { rfc2822 } from '../../call/dates.ts';
import type { TrunkStatus } from '../../call/sip-status.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import type { TrunkRecord } from '../../records/repositories.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { dated, sid, text, whole } from '../reply-parts.ts';

export const TRUNK = resource('SipTrunk', {
  sid: sid('TK'),
  account_sid: sid('AC'),
  friendly_name: text,
  host: text,
  port: whole,
  transport: z.enum(['udp', 'tcp', 'tls']),
  allowed_addresses: z.array(text),
  prefix: text,
  priority: whole,
  strip_digits: whole,
  prepend_digits: text,
  username: text.nullable(),
  register: z.boolean(),
  max_channels: whole.nullable(),
  from_domain: text.nullable(),
  from_user: text.nullable(),
  send_asserted_identity: z.boolean(),
  trust_asserted_identity: z.boolean(),
  messages: z.boolean(),
  default_number: text.nullable(),
  try_timeout: whole,
  caller_id_policy: z.enum(CALLER_ID_POLICIES),
  format: z.enum(NUMBER_FORMATS).nullable(),
  country_code: text.nullable(),
  national_prefix: text.nullable(),
  srtp: z.enum(SRTP_MODES),
  reachable: z.boolean().nullable(),
  registered: z.boolean().nullable(),
  ...dated,
});

/** The password is never shown. `status` is undefined when Asterisk cannot be asked. */
export function presentTrunk(
  record: TrunkRecord,
  status: TrunkStatus | undefined,
  place: Place,
): Shown<typeof TRUNK> {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    friendly_name: record.friendlyName,
    host: record.host,
    port: record.port,
    transport: record.transport,
    allowed_addresses: record.allowedAddresses,
    prefix: record.prefix,
    priority: record.priority,
    strip_digits: record.stripDigits,
    prepend_digits: record.prependDigits,
    username: record.username ?? null,
    register: record.register,
    max_channels: record.maxChannels ?? null,
    from_domain: record.fromDomain ?? null,
    from_user: record.fromUser ?? null,
    send_asserted_identity: record.sendAssertedIdentity,
    trust_asserted_identity: record.trustAssertedIdentity,
    messages: record.messages ?? false,
    default_number: record.defaultNumber ?? null,
    try_timeout: record.tryTimeoutS ?? TRY_TIMEOUT_S,
    caller_id_policy: record.callerIdPolicy ?? 'pass',
    format: record.format ?? null,
    country_code: record.countryCode ?? null,
    national_prefix: record.nationalPrefix ?? null,
    srtp: record.srtp ?? 'off',
    reachable: status?.reachable ?? null,
    registered: status?.registered ?? null,
    api_version: API_VERSION,
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    uri: uriOf(place, record.accountSid, 'SipTrunks', record.sid),
  };
}
