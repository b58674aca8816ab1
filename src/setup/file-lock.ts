import { readFile, rename, rm } from 'node:fs/promises';
import { createWhole } from './whole-file.ts';

/** A lock that we hold, or the process that holds it. */
export type LockResult =
  | { readonly held: true; release(): Promise<void> }
  | { readonly held: false; readonly pid: number };

/**
 * Takes a lock file that names its holder by process id and start time.
 *
 * A holder that is gone, or whose process id now belongs to another process, loses the lock.
 */
export async function takeLock(path: string): Promise<LockResult> {
  const mine = `${process.pid} ${await startTime(process.pid)}\n`;
  for (;;) {
    if (await createWhole(path, mine)) break;
    const holder = await read(path);
    if (holder === undefined) continue;
    if (await isAlive(holder)) return { held: false, pid: pidOf(holder) };
    if (await succeed(path, holder, mine)) break;
  }
  return { held: true, release: () => releaseLock(path, mine) };
}

/**
 * Replaces a stale lock with ours. Of all processes that want to, one makes the file that is named after the stale
 * lock, and only that one may replace it, so that nobody takes away a lock that was just made. If its maker dies in
 * between, that file is succeeded in the same way. False when another process was quicker.
 */
async function succeed(path: string, stale: string, mine: string): Promise<boolean> {
  const passed: string[] = [];
  for (let before = stale; ; ) {
    const successor = `${path}.after-${before.trim().replace(' ', '-')}`;
    if (await createWhole(successor, mine)) {
      // It may have been replaced since we read it.
      const isFree = (await read(path)) === stale;
      if (isFree) await rename(successor, path);
      for (const file of isFree ? passed : [successor]) await rm(file, { force: true });
      return isFree;
    }
    const other = await read(successor);
    if (other === undefined || (await isAlive(other))) return false;
    passed.push(successor);
    before = other;
  }
}

async function read(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch(() => undefined);
}

function pidOf(holder: string): number {
  return Number(holder.split(' ')[0]);
}

async function isAlive(holder: string): Promise<boolean> {
  const [, started] = holder.trim().split(' ');
  return started !== undefined && (await startTime(pidOf(holder))) === started;
}

async function releaseLock(path: string, mine: string): Promise<void> {
  if ((await read(path)) === mine) await rm(path, { force: true });
}

/** When a process started, in clock ticks since boot (field 22 of proc(5) stat), or undefined when it is gone. */
async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the program's name in parentheses and may hold spaces.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields?.[0];
  return state === 'Z' || state === 'X' ? undefined : fields?.[19];
}
