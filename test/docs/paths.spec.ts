import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A file or folder of the repository between backticks; tests are named without their ending. */
const PATH = /`((?:src|test|bench|docs|asterisk-config)\/[\w./-]+)`/g;
const ENDINGS = ['', '.ts', '.spec.ts'];

describe('The pages', () => {
  it('name only files and folders that are there', async () => {
    const pages = ['README.md', ...(await readdir(join(ROOT, 'docs'))).map((name) => `docs/${name}`)];
    const named = await Promise.all(
      pages
        .filter((page) => page.endsWith('.md'))
        .map(async (page) => {
          const text = await readFile(join(ROOT, page), 'utf8');
          return [...text.matchAll(PATH)].map(([, path = '']) => ({ page, path }));
        }),
    );
    const missing = named
      .flat()
      .filter(({ path }) => !ENDINGS.some((ending) => existsSync(join(ROOT, path + ending))));
    assert.deepEqual(missing, []);
    assert.ok(named.flat().length > 20, 'paths are found at all');
  });
});
