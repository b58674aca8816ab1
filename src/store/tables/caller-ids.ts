import { plainNumber } from '../../call/routing/phone-number.ts';
import type { CallerIdRecord } from '../../records/caller-id-record.ts';
import type { OwnedRow, TableMapping } from './owned-repository.ts';
import { ownedColumns, ownedFieldsOf } from './voice-columns.ts';

interface CallerIdRow extends OwnedRow {
  readonly phone_number: string;
  readonly phone_number_plain: string;
  /** An account has a number once. */
  readonly account_number: string;
}

/** What identifies a caller id of an account. */
export function accountNumber(accountSid: string, number: string): string {
  return `${accountSid} ${plainNumber(number)}`;
}

/** `OutgoingCallerIds` in SQL. */
export const callerIdMapping: TableMapping<CallerIdRecord, CallerIdRow> = {
  table: 'outgoing_caller_ids',
  unique: { column: 'account_number', field: 'phoneNumber' },
  filters: {
    phoneNumber: (value) => ['phone_number_plain', plainNumber(value)],
    friendlyName: (value) => ['friendly_name', value],
  },
  toRow: (record) => ({
    ...ownedColumns(record),
    phone_number: record.phoneNumber,
    phone_number_plain: plainNumber(record.phoneNumber),
    account_number: accountNumber(record.accountSid, record.phoneNumber),
  }),
  fromRow: (row) => ({ ...ownedFieldsOf(row), phoneNumber: row.phone_number }),
};
