import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BundledAsterisk, startBundledAsterisk } from '../../src/bundled-asterisk/bundled-asterisk.ts';
import { AriConnection } from '../../src/asterisk/ari/connection.ts';
import { systemClock } from '../../src/clock.ts';
import { defaultCacheFolder } from '../../src/config.ts';
import { atEndOfRun } from './end-of-run.ts';
import { ownAsteriskPorts } from './own-ports.ts';
import { waitUntil } from './wait-until.ts';

/** The Stasis application that the shared Asterisk hands its calls to. */
export const LIVE_APP = 'legwork';

interface Running {
  readonly asterisk: BundledAsterisk;
  readonly dataDir: string;
}

let running: Promise<Running> | undefined;

/** One Asterisk without Legwork for all live tests of this process: started by the first who asks. */
export async function liveAsterisk(): Promise<BundledAsterisk> {
  running ??= start();
  return (await running).asterisk;
}

/** The DATA_DIR of that Asterisk. */
export async function liveDataDir(): Promise<string> {
  running ??= start();
  return (await running).dataDir;
}

atEndOfRun(async () => {
  if (running === undefined) return;
  const { asterisk, dataDir } = await running;
  await asterisk.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<Running> {
  const dataDir = await mkdtemp(join(tmpdir(), 'legwork-live-'));
  const asterisk = await startBundledAsterisk({
    dataDir,
    ...(await ownAsteriskPorts(dataDir)),
    ariApp: LIVE_APP,
    maxCalls: 200,
    cacheFolder: defaultCacheFolder(),
    clock: systemClock,
    progress: (line) => console.log(line),
  });
  return { asterisk, dataDir };
}

/** A connection of the test's own to that Asterisk, not connected yet. */
export function ariOf(asterisk: BundledAsterisk, app = LIVE_APP): AriConnection {
  return new AriConnection({
    url: asterisk.ariUrl,
    username: asterisk.username,
    password: asterisk.password,
    app,
    clock: systemClock,
    log: { debug() {}, info() {}, warn() {}, error: console.error },
  });
}

/** What a client with this password is pushed with. */
export function ha1Of(login: string, password: string): string {
  return createHash('md5').update(`${login}:legwork:${password}`).digest('hex');
}

/** Waits until Asterisk has no channel and no bridge; fails, naming what is left. */
export async function waitUntilEmpty(ari: AriConnection): Promise<void> {
  let left: readonly string[] = [];
  const empty = async () => {
    const lists = [await ari.run('channels', 'list'), await ari.run('bridges', 'list')];
    left = lists.flatMap((list) =>
      (list as { id: string; name: string }[]).map((one) => `${one.id} ${one.name}`),
    );
    return left.length === 0;
  };
  await waitUntil('Asterisk has no channel and no bridge', empty).catch((error: unknown) => {
    throw new Error(`${String(error)}; left: ${left.join(', ')}`);
  });
}
