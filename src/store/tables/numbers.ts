import { isPattern } from '../../call/routing/number-pattern.ts';
import { plainNumber, readPhoneNumber } from '../../call/routing/phone-number.ts';
import type { NumberRecord } from '../../records/repositories.ts';
import type { OwnedRow, TableMapping } from './owned-repository.ts';
import { optional, orNull } from '../rows.ts';
import {
  ownedColumns,
  ownedFieldsOf,
  type VoiceColumns,
  voiceColumns,
  voiceFieldsOf,
} from './voice-columns.ts';

interface NumberRow extends OwnedRow, VoiceColumns {
  readonly phone_number: string;
  readonly phone_number_plain: string;
  readonly voice_application_sid: string | null;
}

/** `IncomingPhoneNumbers` in SQL. */
export const numberMapping: TableMapping<NumberRecord, NumberRow> = {
  table: 'incoming_phone_numbers',
  unique: { column: 'phone_number_plain', field: 'phoneNumber' },
  filters: {
    phoneNumber: (value) =>
      isPattern(value.trim())
        ? ['phone_number', readPhoneNumber(value) ?? value]
        : ['phone_number_plain', plainNumber(value)],
    friendlyName: (value) => ['friendly_name', value],
  },
  toRow: (record) => ({
    ...ownedColumns(record),
    ...voiceColumns(record),
    phone_number: record.phoneNumber,
    // A pattern is for the calls of its account alone, so that each account may have it.
    phone_number_plain: isPattern(record.phoneNumber)
      ? `${plainNumber(record.phoneNumber)} ${record.accountSid}`
      : plainNumber(record.phoneNumber),
    voice_application_sid: orNull(record.voiceApplicationSid),
  }),
  fromRow: (row) => ({
    ...ownedFieldsOf(row),
    ...voiceFieldsOf(row),
    phoneNumber: row.phone_number,
    ...optional('voiceApplicationSid', row.voice_application_sid),
  }),
};
