import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHash } from 'node:crypto';
import { Phone } from '../../src/phone/phone.ts';
import { buildLegwork } from '../support/build-legwork.ts';
import { ownPort } from '../support/own-ports.ts';
import { waitUntil } from '../support/wait-until.ts';

const PROGRAM = fileURLToPath(
  new URL('../../dist/main/local-cluster/local-cluster-command.js', import.meta.url),
);
const STARTS_MS = 110_000;

describe('npm run cluster', () => {
  it('starts a whole cluster, whose two phones call each other, and leaves nothing running', async () => {
    await buildLegwork();
    const dataDir = await mkdtemp(join(tmpdir(), 'legwork-local-cluster-'));
    const httpPort = await firstOfTwoPorts();
    const sipPort = await ownPort();
    const env = { ...process.env, DATA_DIR: dataDir, HTTP_PORT: String(httpPort), SIP_PORT: String(sipPort) };
    const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    }
    try {
      await waitUntil(
        'the screen is shown',
        () => {
          if (child.exitCode !== null) throw new Error(said);
          return /a cluster of 2 nodes is running[^]*Ctrl-C\n/.test(said);
        },
        STARTS_MS,
      );
      const accounts = JSON.parse(await readFile(join(dataDir, 'cluster/phones.json'), 'utf8')) as {
        login: string;
        password: string;
      }[];
      const server = { host: '127.0.0.1', port: sipPort };
      const phones = await Promise.all(
        accounts.map(({ login: name, password }) => Phone.start({ name, password, server })),
      );
      for (const phone of phones) await phone.register();
      const [alice, bob] = phones;
      assert.ok(alice !== undefined && bob !== undefined);
      const call = await alice.call('bob');
      const atBob = await bob.incoming();
      atBob.ring();
      await atBob.answer();
      await call.answered;
      atBob.audio.sendTone(697);
      await call.audio.heardTone(697, { forMs: 200 });
      await call.hangUp();
      for (const phone of phones) await phone.stop();
    } finally {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
    }
    const clusterDir = join(dataDir, 'cluster');
    const postgresDir = `/var/tmp/legwork-cluster-${createHash('sha256').update(clusterDir).digest('hex').slice(0, 12)}`;
    if (process.getuid?.() === 0) await rm(postgresDir, { recursive: true });
    await rm(dataDir, { recursive: true });
    await waitUntil(
      'its ports are free',
      async () => (await fetch(`http://127.0.0.1:${httpPort}/health`).catch(() => undefined)) === undefined,
    );
  });
});

/** Node a listens on it, node b on the next one. */
async function firstOfTwoPorts(): Promise<number> {
  let [first, second] = [await ownPort(), await ownPort()];
  while (second !== first + 1) [first, second] = [second, await ownPort()];
  return first;
}
