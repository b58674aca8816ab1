import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Bundled when it is built, with all packages that it uses. */
const BUNDLED = /^console\//;
/** `import … from 'package'`, `import 'package'` and `import('package')`; types are not there at run time. */
const IMPORTED =
  /(?:^|\n)\s*(?:import|export)\s+(?!type\b)(?:[^'"\n;]*?from\s+)?['"]([^'"\n]+)['"]|import\(['"]([^'"\n]+)['"]\)/g;

async function importedPackages(): Promise<ReadonlyMap<string, string>> {
  const files = await readdir(join(ROOT, 'src'), { recursive: true });
  const packages = new Map<string, string>();
  const running = files.filter((name) => /\.(ts|mjs)$/.test(name) && !BUNDLED.test(name));
  for (const file of running.filter((name) => !name.endsWith('.d.ts'))) {
    const text = (await readFile(join(ROOT, 'src', file), 'utf8')).replace(/import type [^;]*;/g, '');
    for (const [, direct, dynamic] of text.matchAll(IMPORTED)) {
      const name = direct ?? dynamic ?? '';
      if (name.startsWith('.') || name.startsWith('node:')) continue;
      packages.set(
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
        file,
      );
    }
  }
  return packages;
}

describe('What the sources import', () => {
  it('is installed in the container images too, which have no packages for development', async () => {
    const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const packages = await importedPackages();
    assert.deepEqual(
      [...packages].filter(([name]) => dependencies[name] === undefined),
      [],
    );
    assert.ok(packages.has('koa') && packages.has('sip'), 'imports are found at all');
  });
});
