import type {
  ApplicationRecord,
  ClientRecord,
  NumberRecord,
  TrunkRecord,
} from '../../records/repositories.ts';
import { applicationMapping } from './applications.ts';
import { callerIdMapping } from './caller-ids.ts';
import { clientMapping } from './clients.ts';
import { dialingPermissionMapping } from './dialing-permissions.ts';
import type { Database } from '../database.ts';
import type { GroupCommit } from '../group-commit.ts';
import type { KnownRows } from '../known-rows.ts';
import type { CallerIdRecord } from '../../records/caller-id-record.ts';
import type { DialingPermissionRecord } from '../../records/dialing-permission-record.ts';
import type { KeyRecord } from '../../records/key-record.ts';
import { keyMapping } from './keys.ts';
import { numberMapping } from './numbers.ts';
import { OwnedRepository, type OwnedRow } from './owned-repository.ts';
import type { TokenCipher } from '../token-cipher.ts';
import { trunkMapping } from './trunks.ts';

/** The resources that accounts own. */
export interface ResourceRepositories {
  readonly numbers: OwnedRepository<NumberRecord, OwnedRow>;
  readonly clients: OwnedRepository<ClientRecord, OwnedRow>;
  readonly applications: OwnedRepository<ApplicationRecord, OwnedRow>;
  readonly trunks: OwnedRepository<TrunkRecord, OwnedRow>;
  readonly keys: OwnedRepository<KeyRecord, OwnedRow>;
  readonly callerIds: OwnedRepository<CallerIdRecord, OwnedRow>;
  readonly dialingPermissions: OwnedRepository<DialingPermissionRecord, OwnedRow>;
}

/** Makes the repositories of the resources; `cipher` encrypts their secrets. */
export function resourceRepositories(
  database: Database,
  writes: GroupCommit,
  cipher: TokenCipher,
  known: KnownRows,
): ResourceRepositories {
  return {
    numbers: new OwnedRepository(database, writes, numberMapping, known),
    clients: new OwnedRepository(database, writes, clientMapping, known),
    applications: new OwnedRepository(database, writes, applicationMapping, known),
    trunks: new OwnedRepository(database, writes, trunkMapping(cipher), known),
    keys: new OwnedRepository(database, writes, keyMapping, known),
    callerIds: new OwnedRepository(database, writes, callerIdMapping, known),
    dialingPermissions: new OwnedRepository(database, writes, dialingPermissionMapping, known),
  };
}
