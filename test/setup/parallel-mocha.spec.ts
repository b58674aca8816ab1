import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../support/wait-until.ts';

const SUPPORT = fileURLToPath(new URL('../support/', import.meta.url));
const PASSES = "it('passes', () => undefined);";
const SHARES = `
  const { atEndOfRun } = require('${SUPPORT}end-of-run.ts');
  let users = 0;
  exports.use = () => (users += 1);
  atEndOfRun(async () => {
    console.log(users + ' files shared it');
    if (users > 2) throw new Error('it does not stop');
  });
`;
const USES = "it('uses what is shared', () => void require('./shared.cjs').use());";

describe('The spec files of a tier in several processes', function () {
  this.timeout(60_000);
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'legwork-specs-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('are all run, and every test is counted', async () => {
    const { code, counts } = await run({ a: PASSES, b: `${PASSES}${PASSES}`, c: PASSES });
    assert.deepEqual({ code, counts }, { code: 0, counts: { passed: 4, failed: 0 } });
  });

  it('show how a test failed, with its file, and with all that was said meanwhile', async () => {
    const fails = "it('fails', () => { console.log('hm'); require('node:assert/strict').equal(1, 2); });";
    const { code, counts, said } = await run({ a: PASSES, b: `describe('B', () => { ${PASSES}${fails} });` });
    assert.deepEqual({ code, counts }, { code: 1, counts: { passed: 2, failed: 1 } });
    assert.match(said, /b\.spec\.ts\nhm\n\n {2}1\) B\n {7}fails:\n\n {6}AssertionError .*\n\n1 !== 2\n/);
    assert.match(said, / {2}2 passing .*\n {2}1 failing:\n {4}\S*b\.spec\.ts: B › fails\n\n$/);
  });

  it('count one failure for a process that dies, and lose no other file', async () => {
    const dies = `${PASSES} it('dies', () => process.kill(process.pid, 'SIGKILL')); ${PASSES}`;
    const { code, counts, said } = await run({ a: dies, b: PASSES, c: PASSES }, ['--jobs', '1']);
    assert.deepEqual({ code, counts }, { code: 1, counts: { passed: 3, failed: 1 } });
    assert.match(said, /a\.spec\.ts: its process ended \(SIGKILL\)\n/);
  });

  it('count one failure for a process that ends as if all was well', async () => {
    const leaves = "it('leaves', () => process.exit(0));";
    const { code, counts } = await run({ a: leaves, b: PASSES });
    assert.deepEqual({ code, counts }, { code: 1, counts: { passed: 1, failed: 1 } });
  });

  it('count one failure for a file that cannot be loaded', async () => {
    const { code, counts, said } = await run({ a: "throw new Error('no such thing');", b: PASSES });
    assert.deepEqual({ code, counts }, { code: 1, counts: { passed: 1, failed: 1 } });
    assert.match(said, /Error: no such thing\n/);
  });

  it('share what they start once in a process, until its last file is done', async () => {
    await writeFile(join(folder, 'shared.cjs'), SHARES);
    const { code, counts, said } = await run({ a: USES, b: USES }, ['--jobs', '1']);
    assert.deepEqual({ code, counts }, { code: 0, counts: { passed: 2, failed: 0 } });
    assert.match(said, /2 files shared it\n/);
  });

  it('count one failure when that cannot be stopped', async () => {
    await writeFile(join(folder, 'shared.cjs'), SHARES);
    const { code, counts, said } = await run({ a: USES, b: USES, c: USES }, ['--jobs', '1']);
    assert.deepEqual({ code, counts }, { code: 1, counts: { passed: 3, failed: 1 } });
    assert.match(said, /Error: it does not stop\n/);
  });

  it('end in order when they are stopped early', async () => {
    await writeFile(join(folder, 'shared.cjs'), SHARES);
    const begun = join(folder, 'begun');
    const waits = `${USES} it('waits', (done) => {
      process.once('SIGTERM', () => setImmediate(done));
      require('node:fs').writeFileSync(${JSON.stringify(begun)}, '');
    });`;
    const child = await start({ a: waits, b: PASSES }, ['--jobs', '1']);
    const said = collect(child);
    await waitUntil('the second test has begun', () => existsSync(begun), 30_000);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'close')) as [number | null];
    assert.deepEqual({ code, counts: await counts() }, { code: 1, counts: { passed: 2, failed: 1 } });
    assert.match(said(), /1 files shared it\n/);
    assert.match(said(), /Stopped with 1 files not begun\n/);
  });

  async function start(specs: Readonly<Record<string, string>>, args: string[]): Promise<ChildProcess> {
    for (const [name, text] of Object.entries(specs)) await writeFile(join(folder, `${name}.spec.ts`), text);
    const program = join(SUPPORT, 'parallel-mocha.ts');
    return spawn(process.execPath, ['--import', 'tsx', program, ...args, join(folder, '*.spec.ts')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LEGWORK_TEST_COUNTS: join(folder, 'counts.json') },
    });
  }

  async function run(specs: Readonly<Record<string, string>>, args: string[] = ['--jobs', '2']) {
    const child = await start(specs, args);
    const said = collect(child);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, counts: await counts(), said: said() };
  }

  async function counts(): Promise<unknown> {
    return JSON.parse(await readFile(join(folder, 'counts.json'), 'utf8'));
  }
});

function collect(child: ChildProcess): () => string {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  return () => said;
}
