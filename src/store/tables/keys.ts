import type { KeyRecord, KeyScope } from '../../records/key-record.ts';
import type { OwnedRow, TableMapping } from './owned-repository.ts';
import { ownedColumns, ownedFieldsOf } from './voice-columns.ts';

interface KeyRow extends OwnedRow {
  readonly secret_hash: string;
  readonly scope: KeyScope;
}

/** `Keys` in SQL. */
export const keyMapping: TableMapping<KeyRecord, KeyRow> = {
  table: 'keys',
  filters: { friendlyName: (value) => ['friendly_name', value] },
  toRow: (record) => ({ ...ownedColumns(record), secret_hash: record.secretHash, scope: record.scope }),
  fromRow: (row) => ({ ...ownedFieldsOf(row), secretHash: row.secret_hash, scope: row.scope }),
};
