import type { TrunkRecord } from '../../records/repositories.ts';
import type { OwnedRow, TableMapping } from './owned-repository.ts';
import { fromJson, optional, orNull } from '../rows.ts';
import type { TokenCipher } from '../token-cipher.ts';
import { ownedColumns, ownedFieldsOf } from './voice-columns.ts';

interface TrunkRow extends OwnedRow {
  readonly host: string;
  readonly port: number;
  readonly transport: TrunkRecord['transport'];
  readonly allowed_addresses: string;
  readonly prefix: string;
  readonly priority: number;
  readonly strip_digits: number;
  readonly prepend_digits: string;
  readonly username: string | null;
  /** Sealed, with the trunk's sid bound in. */
  readonly password: string | null;
  readonly register: number;
  readonly max_channels: number | null;
  readonly from_domain: string | null;
  readonly from_user: string | null;
  readonly send_asserted_identity: number;
  readonly trust_asserted_identity: number;
  readonly messages: number;
  readonly default_number: string | null;
  readonly try_timeout_s: number | null;
  readonly caller_id_policy: NonNullable<TrunkRecord['callerIdPolicy']> | null;
  readonly format: NonNullable<TrunkRecord['format']> | null;
  readonly country_code: string | null;
  readonly national_prefix: string | null;
  readonly srtp: NonNullable<TrunkRecord['srtp']> | null;
}

/** `SipTrunks` in SQL. Like AuthTokens, their passwords must be readable by us, and they are stored in the same way. */
export function trunkMapping(cipher: TokenCipher): TableMapping<TrunkRecord, TrunkRow> {
  return {
    table: 'sip_trunks',
    filters: { friendlyName: (value) => ['friendly_name', value] },
    toRow: (record) => ({
      ...ownedColumns(record),
      host: record.host,
      port: record.port,
      transport: record.transport,
      allowed_addresses: JSON.stringify(record.allowedAddresses),
      prefix: record.prefix,
      priority: record.priority,
      strip_digits: record.stripDigits,
      prepend_digits: record.prependDigits,
      username: orNull(record.username),
      password: record.password === undefined ? null : cipher.seal(record.password, record.sid),
      register: record.register ? 1 : 0,
      max_channels: orNull(record.maxChannels),
      from_domain: orNull(record.fromDomain),
      from_user: orNull(record.fromUser),
      send_asserted_identity: record.sendAssertedIdentity ? 1 : 0,
      trust_asserted_identity: record.trustAssertedIdentity ? 1 : 0,
      messages: record.messages === true ? 1 : 0,
      default_number: orNull(record.defaultNumber),
      try_timeout_s: orNull(record.tryTimeoutS),
      caller_id_policy: orNull(record.callerIdPolicy),
      format: orNull(record.format),
      country_code: orNull(record.countryCode),
      national_prefix: orNull(record.nationalPrefix),
      srtp: orNull(record.srtp),
    }),
    fromRow: (row) => ({
      ...ownedFieldsOf(row),
      host: row.host,
      port: row.port,
      transport: row.transport,
      allowedAddresses: fromJson(row.allowed_addresses),
      prefix: row.prefix,
      priority: row.priority,
      stripDigits: row.strip_digits,
      prependDigits: row.prepend_digits,
      ...optional('username', row.username),
      ...(row.password === null ? {} : { password: cipher.open(row.password, row.sid) }),
      register: row.register === 1,
      ...optional('maxChannels', row.max_channels),
      ...optional('fromDomain', row.from_domain),
      ...optional('fromUser', row.from_user),
      sendAssertedIdentity: row.send_asserted_identity === 1,
      trustAssertedIdentity: row.trust_asserted_identity === 1,
      ...(row.messages === 1 ? { messages: true } : {}),
      ...optional('defaultNumber', row.default_number),
      ...optional('tryTimeoutS', row.try_timeout_s),
      ...optional('callerIdPolicy', row.caller_id_policy),
      ...optional('format', row.format),
      ...optional('countryCode', row.country_code),
      ...optional('nationalPrefix', row.national_prefix),
      ...optional('srtp', row.srtp),
    }),
  };
}
