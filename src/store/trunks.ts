import type { TrunkRecord } from '../call/repositories.ts';
import type { OwnedRow, TableMapping } from './owned-repository.ts';
import { fromJson } from './rows.ts';
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
}

/** `SipTrunks` in SQL. */
export const trunkMapping: TableMapping<TrunkRecord, TrunkRow> = {
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
  }),
};
