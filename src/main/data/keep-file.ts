import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeWhole } from '../../setup/whole-file.ts';
import type { Keep } from './demo-data.ts';

/** Keeps texts in one JSON file that only our user can read. */
export function keepFile(path: string): Keep {
  return {
    read: async (key) => (await readAll(path))[key],
    async write(key, value) {
      const all = { ...(await readAll(path)), [key]: value };
      await mkdir(dirname(path), { recursive: true });
      await writeWhole(path, `${JSON.stringify(all, undefined, 2)}\n`, { mode: 0o600 });
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
