import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import knexModule, { type Knex } from 'knex';
import type { Clock } from '../../concurrency/clock.ts';
import { type DatabaseHold, DatabaseTakenError, type Holder } from './holder.ts';
import { rowsOf } from '../rows.ts';
import { codeOf } from '../write-failure.ts';

/** Of two that start at once, the one that loses tries again for this long: the winner's name may just be changing. */
const PATIENCE_MS = 1_000;
const LOOK_AGAIN_MS = 50;

/**
 * Holds a second file beside the database: the holder writes its name there and leaves a transaction open, whose lock
 * the operating system releases with the process. Others can read the name, but not write.
 */
export async function holdSqlite(path: string, self: Holder, clock: Clock): Promise<DatabaseHold> {
  await mkdir(dirname(path), { recursive: true });
  const lock = knexModule.knex({
    client: 'sqlite3',
    connection: { filename: `${path}.lock` },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  const release = () => lock.destroy();
  try {
    // Otherwise the driver itself would wait for a second in each of our attempts.
    await lock.raw('pragma busy_timeout = 0');
    await take(lock, self, clock);
  } catch (error) {
    await release();
    throw error;
  }
  return { release };
}

async function take(lock: Knex, self: Holder, clock: Clock): Promise<void> {
  for (let waited = 0; !(await isTaken(lock, self)); waited += LOOK_AGAIN_MS) {
    if (waited >= PATIENCE_MS) throw new DatabaseTakenError(await holderOf(lock));
    await clock.sleep(LOOK_AGAIN_MS);
  }
}

/** True when the lock is ours, with our name in it. */
async function isTaken(lock: Knex, self: Holder): Promise<boolean> {
  if (!(await begin(lock))) return false;
  await lock.raw('create table if not exists holder (pid integer, host text, since integer)');
  await lock.raw('delete from holder');
  await lock.raw('insert into holder values (?, ?, ?)', [self.pid, self.host, self.since]);
  await lock.raw('commit');
  // Another process may come between the two transactions: then it has written its own name.
  if (!(await begin(lock))) return false;
  const holder = await holderOf(lock);
  if (holder?.pid === self.pid && holder.host === self.host && holder.since === self.since) return true;
  await lock.raw('rollback');
  return false;
}

async function begin(lock: Knex): Promise<boolean> {
  try {
    await lock.raw('begin immediate');
    return true;
  } catch (error) {
    if (codeOf(error) === 'SQLITE_BUSY') return false;
    throw error;
  }
}

async function holderOf(lock: Knex): Promise<Holder | undefined> {
  const found = await lock.raw('select pid, host, since from holder').catch(() => []);
  return rowsOf<Holder>(found)[0];
}
