import type { DialingPermissionRecord } from '../../records/dialing-permission-record.ts';
import { optional, orNull } from '../rows.ts';
import type { OwnedRow, TableMapping } from './owned-repository.ts';
import { ownedColumns, ownedFieldsOf } from './voice-columns.ts';

interface DialingPermissionRow extends OwnedRow {
  readonly prefix: string | null;
  readonly country: string | null;
  readonly allows: number;
}

/** `DialingPermissions` in SQL. */
export const dialingPermissionMapping: TableMapping<DialingPermissionRecord, DialingPermissionRow> = {
  table: 'dialing_permissions',
  filters: {
    friendlyName: (value) => ['friendly_name', value],
    prefix: (value) => ['prefix', value],
    country: (value) => ['country', value],
  },
  toRow: (record) => ({
    ...ownedColumns(record),
    prefix: orNull(record.prefix),
    country: orNull(record.country),
    allows: record.allows ? 1 : 0,
  }),
  fromRow: (row) => ({
    ...ownedFieldsOf(row),
    ...optional('prefix', row.prefix),
    ...optional('country', row.country),
    allows: row.allows === 1,
  }),
};
