import { randomUUID } from 'node:crypto';
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
    if (await createWhole(path, mine)) {
      return { held: true, release: () => releaseLock(path, mine) };
    }
    const holder = await readFile(path, 'utf8').catch(() => undefined);
    if (holder === undefined) continue;
    const [pid, started] = holder.trim().split(' ');
    if ((await startTime(Number(pid))) === started) return { held: false, pid: Number(pid) };
    await removeStale(path, holder);
  }
}

/** Moves a stale lock away; puts it back if another process has renewed it meanwhile. */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await readFile(aside, 'utf8');
  if (moved !== stale) await createWhole(path, moved);
  await rm(aside, { force: true });
}

async function releaseLock(path: string, mine: string): Promise<void> {
  const holder = await readFile(path, 'utf8').catch(() => undefined);
  if (holder === mine) await rm(path, { force: true });
}

/** When a process started, in clock ticks since boot (field 22 of proc(5) stat), or undefined when it is gone. */
async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the program's name in parentheses and may hold spaces.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields?.[0];
  return state === 'Z' || state === 'X' ? undefined : fields?.[19];
}
