import type {
  ApplicationRecord,
  ClientRecord,
  NumberRecord,
  TrunkRecord,
} from '../../records/repositories.ts';
import { applicationMapping } from './applications.ts';
import { clientMapping } from './clients.ts';
import type { Database } from '../database.ts';
import type { GroupCommit } from '../group-commit.ts';
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
}

/** Makes the repositories of the resources; `cipher` encrypts their secrets. */
export function resourceRepositories(
  database: Database,
  writes: GroupCommit,
  cipher: TokenCipher,
): ResourceRepositories {
  return {
    numbers: new OwnedRepository(database, writes, numberMapping),
    clients: new OwnedRepository(database, writes, clientMapping),
    applications: new OwnedRepository(database, writes, applicationMapping),
    trunks: new OwnedRepository(database, writes, trunkMapping(cipher)),
  };
}
