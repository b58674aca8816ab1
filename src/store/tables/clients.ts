import type { ClientRecord } from '../../records/repositories.ts';
import type { OwnedRow, TableMapping } from './owned-repository.ts';
import { optional, orNull } from '../rows.ts';
import {
  ownedColumns,
  ownedFieldsOf,
  type VoiceColumns,
  voiceColumns,
  voiceFieldsOf,
} from './voice-columns.ts';

interface ClientRow extends OwnedRow, VoiceColumns {
  readonly login: string;
  readonly login_lower: string;
  readonly ha1: string;
  readonly ha1_as_spelled: string | null;
  readonly status: ClientRecord['status'];
  readonly srtp: NonNullable<ClientRecord['srtp']> | null;
  readonly voice_application_sid: string | null;
}

/** `Clients` in SQL. */
export const clientMapping: TableMapping<ClientRecord, ClientRow> = {
  table: 'clients',
  unique: { column: 'login_lower', field: 'login' },
  filters: {
    login: (value) => ['login_lower', value.toLowerCase()],
    friendlyName: (value) => ['friendly_name', value],
    status: (value) => ['status', value],
  },
  toRow: (record) => ({
    ...ownedColumns(record),
    ...voiceColumns(record),
    login: record.login,
    login_lower: record.login.toLowerCase(),
    ha1: record.ha1,
    ha1_as_spelled: orNull(record.ha1AsSpelled),
    status: record.status,
    srtp: orNull(record.srtp),
    voice_application_sid: orNull(record.voiceApplicationSid),
  }),
  fromRow: (row) => ({
    ...ownedFieldsOf(row),
    ...voiceFieldsOf(row),
    login: row.login,
    ha1: row.ha1,
    ...optional('ha1AsSpelled', row.ha1_as_spelled),
    status: row.status,
    ...optional('srtp', row.srtp),
    ...optional('voiceApplicationSid', row.voice_application_sid),
  }),
};
