import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOCK = '{}';
const STAMP = `${createHash('sha256').update(LOCK).digest('hex')} ${process.versions.modules} ${process.arch}\n`;

const PRINT_ARGUMENTS = "console.log('main', ...process.argv.slice(2));\n";
/** What stands for the bundler here. */
const BUILD_CONSOLE = `
const { mkdirSync, writeFileSync } = require('node:fs');
mkdirSync('dist/console', { recursive: true });
writeFileSync('dist/console/index.html', 'built');
`;
const END_SLOWLY = `
process.on('SIGTERM', () => setTimeout(() => process.exit(7), 50));
setInterval(() => {}, 1000);
console.log('main');
`;

describe('npm start', function () {
  this.timeout(30_000);
  let checkout = '';

  beforeEach(async () => {
    checkout = await mkdtemp(join(tmpdir(), 'legwork-checkout-'));
    await mkdir(join(checkout, 'src/setup'), { recursive: true });
    await mkdir(join(checkout, 'node_modules'));
    for (const file of ['tsconfig.json', 'src/tsconfig.json', 'src/bootstrap.mjs']) {
      await cp(join(ROOT, file), join(checkout, file));
    }
    await cp(join(ROOT, 'src/setup'), join(checkout, 'src/setup'), {
      recursive: true,
      filter: (path) => !path.endsWith('.ts'),
    });
    for (const name of ['typescript', '@typescript', '@types', 'undici-types']) {
      await symlink(join(ROOT, 'node_modules', name), join(checkout, 'node_modules', name));
    }
    await writeFile(join(checkout, 'package-lock.json'), LOCK);
    await writeFile(join(checkout, 'node_modules/.legwork-stamp'), STAMP);
    await requireNode('>=20.11');
    await writeFile(join(checkout, 'src/main.ts'), PRINT_ARGUMENTS);
  });

  afterEach(async () => {
    await rm(checkout, { recursive: true });
  });

  it('builds at the first start, not at the second, and again when a source has changed', async () => {
    assert.deepEqual(await run('start', 'now'), { code: 0, said: 'Building\nmain now\n' });
    assert.deepEqual(await run('start'), { code: 0, said: 'main\n' });
    await writeFile(join(checkout, 'src/main.ts'), "console.log('changed');\n");
    assert.deepEqual(await run('start'), { code: 0, said: 'Building\nchanged\n' });
  });

  it('puts files that are not sources beside the built ones', async () => {
    await writeFile(join(checkout, 'src/page.html'), 'page\n');
    await writeFile(
      join(checkout, 'src/main.ts'),
      `import { readFileSync } from 'node:fs';
      console.log(readFileSync(new URL('page.html', import.meta.url), 'utf8'));\n`,
    );
    assert.deepEqual(await run('start'), { code: 0, said: 'Building\npage\n\n' });
  });

  it('builds the console when one of its files has changed, and nothing else then', async () => {
    await mkdir(join(checkout, 'src/console'));
    await mkdir(join(checkout, 'node_modules/vite/bin'), { recursive: true });
    await writeFile(join(checkout, 'node_modules/vite/bin/vite.js'), BUILD_CONSOLE);
    await writeFile(join(checkout, 'src/console/page.tsx'), 'not compiled by tsc');
    await writeFile(
      join(checkout, 'src/main.ts'),
      `import { readFileSync } from 'node:fs';
      console.log(readFileSync(new URL('console/index.html', import.meta.url), 'utf8'));\n`,
    );
    assert.deepEqual(await run('start'), { code: 0, said: 'Building\nBuilding the console\nbuilt\n' });
    assert.deepEqual(await run('start'), { code: 0, said: 'built\n' });
    await writeFile(join(checkout, 'src/console/page.tsx'), 'changed');
    assert.deepEqual(await run('start'), { code: 0, said: 'Building the console\nbuilt\n' });
    await writeFile(join(checkout, 'src/other.ts'), '');
    assert.deepEqual(await run('start'), { code: 0, said: 'Building\nbuilt\n' });
  });

  it('fails with what the compiler says, and tries again next time', async () => {
    await writeFile(join(checkout, 'src/main.ts'), 'const port: number = "a";\nconsole.log(port);\n');
    for (let time = 0; time < 2; time += 1) {
      const { code, said } = await run('start');
      assert.equal(code, 1);
      assert.match(said, /^Building\n.*main\.ts\(1,7\): error TS2322/);
    }
  });

  it('passes SIGTERM on and ends with the exit code of the program', async () => {
    await writeFile(join(checkout, 'src/main.ts'), END_SLOWLY);
    const child = start('start');
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.endsWith('main\n')) child.kill('SIGTERM');
    });
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 7);
  });

  it('says which Node it needs', async () => {
    await requireNode('>=99.1');
    const { code, said } = await run('start');
    assert.equal(code, 1);
    assert.equal(said, `Legwork needs Node.js 99.1 or later; this is ${process.versions.node}.\n`);
  });

  it('says how it is called', async () => {
    assert.deepEqual(await run('stat'), {
      code: 1,
      said: 'Usage: npx legwork start|demo|callbacks|doctor|cluster|kamailio|lint|dev|test|scenario\n',
    });
  });

  async function requireNode(range: string): Promise<void> {
    await writeFile(
      join(checkout, 'package.json'),
      JSON.stringify({ type: 'module', engines: { node: range } }),
    );
  }

  function start(...args: string[]): ChildProcess {
    return spawn(process.execPath, [join(checkout, 'src/bootstrap.mjs'), ...args], {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async function run(...args: string[]): Promise<{ code: number | null; said: string }> {
    const child = start(...args);
    let said = '';
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, said };
  }
});
