import type { ApplicationRecord } from '../../records/repositories.ts';
import type { OwnedRow, TableMapping } from './owned-repository.ts';
import {
  ownedColumns,
  ownedFieldsOf,
  type VoiceColumns,
  voiceColumns,
  voiceFieldsOf,
} from './voice-columns.ts';

interface ApplicationRow extends OwnedRow, VoiceColumns {}

/** `Applications` in SQL. */
export const applicationMapping: TableMapping<ApplicationRecord, ApplicationRow> = {
  table: 'applications',
  filters: { friendlyName: (value) => ['friendly_name', value] },
  toRow: (record) => ({ ...ownedColumns(record), ...voiceColumns(record) }),
  fromRow: (row) => ({ ...ownedFieldsOf(row), ...voiceFieldsOf(row) }),
};
