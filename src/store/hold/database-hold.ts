import { hostname } from 'node:os';
import type { DatabaseUrl } from '../database.ts';
import type { DatabaseHold, HoldOptions } from './holder.ts';
import { PostgresHold } from './postgres-hold.ts';
import { holdSqlite } from './sqlite-hold.ts';

/**
 * Takes the database for this process alone, before anything in it is read: a second process would end the first
 * one's calls, because it does not find them on its own Asterisk. The lock dies with its process; when that was only just
 * killed, this waits for it, a few seconds at most.
 *
 * @throws DatabaseTakenError, or the driver's error when the database cannot be reached
 */
export async function holdDatabase(url: DatabaseUrl, options: HoldOptions): Promise<DatabaseHold> {
  const self = options.self ?? { pid: process.pid, host: hostname(), since: options.clock.now() };
  if (url.kind === 'sqlite') return await holdSqlite(url.path, self, options.clock);
  return await PostgresHold.take(url.url, { ...options, self });
}
