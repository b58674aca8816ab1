import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildLegwork } from '../support/build-legwork.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What the tarball may have at most; it was 0.5 MB when this was written. */
const MOST_BYTES = 1_100_000;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** An author's folder that has nothing but the packed package and the packages that it depends on. */
describe('The npm package', function () {
  this.timeout(120_000);
  let folder = '';
  let packed: Packed;

  before(async () => {
    assert.ok(await buildLegwork());
    folder = await mkdtemp(join(tmpdir(), 'legwork-package-'));
    // Without the scripts: it was built above.
    const { stdout } = await run(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
      {
        cwd: ROOT,
      },
    );
    packed = (JSON.parse(stdout) as readonly [Packed])[0];
    const target = join(folder, 'node_modules/legwork');
    await mkdir(target, { recursive: true });
    await run('tar', ['-xzf', join(folder, packed.filename), '-C', target, '--strip-components', '1']);
    const { dependencies } = JSON.parse(await readFile(join(target, 'package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    // What npm would install, from what is installed here.
    for (const name of Object.keys(dependencies)) {
      await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true });
      await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    }
    await cp(join(ROOT, 'docs/examples/node'), join(folder, 'app'), { recursive: true });
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  const legwork = (...args: readonly string[]) =>
    run(process.execPath, [join(folder, 'node_modules/legwork/src/cli.mjs'), ...args], {
      cwd: join(folder, 'app'),
    }).then(
      ({ stdout }) => ({ code: 0, said: stdout }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        said: `${error.stdout}${error.stderr}`,
      }),
    );

  it('holds only what is needed', () => {
    const folders = new Set(packed.files.map(({ path }) => path.split('/')[0] ?? ''));
    const needed = ['LICENSE', 'README.md', 'asterisk-config', 'dist', 'package.json', 'src'];
    assert.deepEqual(folders, new Set(needed));
    const bytes = `${(packed.size / 1000).toFixed(0)} kB in ${packed.files.length} files`;
    assert.ok(packed.size < MOST_BYTES, bytes);
    console.log(`      the tarball has ${bytes}`);
  });

  it('performs the scenarios of an application server in a folder without the repository', async () => {
    const { code, said } = await legwork('test', 'scenarios', '--server', 'node app.mjs');
    assert.equal(code, 0, said);
    assert.match(said, /^3 scenarios: 3 passed, 0 failed/m);
  });

  it('passes on the exit code, and says what it can do', async () => {
    assert.equal((await legwork('test', 'no-such-file.yaml')).code, 2);
    assert.match((await legwork()).said, /^Usage: npx legwork COMMAND/);
    assert.match((await legwork('dev', '--help')).said, /^Usage: npx legwork dev/);
    assert.equal((await legwork('lint', 'app.mjs')).code, 1);
    assert.equal((await legwork('nonsense')).code, 1);
  });
});
