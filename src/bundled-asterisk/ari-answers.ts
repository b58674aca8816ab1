import type { Clock } from '../concurrency/clock.ts';
import type { AriAccess, AsteriskFolder } from './asterisk-folder.ts';
import { isRunning } from './asterisk-process.ts';

/** The Asterisk that should answer, and how long we wait for it. */
interface AriWait {
  readonly pid: number;
  readonly folder: AsteriskFolder;
  readonly clock: Clock;
  readonly ms: number;
}

const POLL_MS = 50;
const REQUEST_DEADLINE_MS = 2_000;

/** Waits until ARI answers; false when the time is up or the process has ended. */
export async function waitForAri(url: string, access: AriAccess, wait: AriWait): Promise<boolean> {
  const deadline = wait.clock.steady() + wait.ms;
  while (wait.clock.steady() < deadline) {
    // Until Asterisk has booted completely, ARI answers 404 or 503.
    if (await ariAnswers(url, access, wait.clock)) return true;
    if (!(await isRunning(wait.pid, wait.folder.configFile))) return false;
    await wait.clock.sleep(POLL_MS);
  }
  return false;
}

async function ariAnswers(url: string, access: AriAccess, clock: Clock): Promise<boolean> {
  const abort = new AbortController();
  const cancel = clock.after(REQUEST_DEADLINE_MS, () => abort.abort());
  const credentials = Buffer.from(`${access.username}:${access.password}`).toString('base64');
  try {
    const answer = await fetch(`${url}/ari/asterisk/ping`, {
      headers: { authorization: `Basic ${credentials}` },
      signal: abort.signal,
    });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  } finally {
    cancel();
  }
}
