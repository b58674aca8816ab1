import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Keep } from './demo-data.ts';

/** Keeps texts in one JSON file that only our user can read. */
export function keepFile(path: string): Keep {
  return {
    read: async (key) => (await readAll(path))[key],
    async write(key, value) {
      const all = { ...(await readAll(path)), [key]: value };
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.new`, `${JSON.stringify(all, undefined, 2)}\n`, { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
  };
}

async function readAll(path: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
