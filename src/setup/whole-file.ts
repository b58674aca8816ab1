import { randomUUID } from 'node:crypto';
import { link, rename, rm, writeFile } from 'node:fs/promises';

interface Options {
  readonly mode?: number;
}

/** Writes the file completely, or leaves the old one: nobody ever reads half of it, even when the disk is full. */
export async function writeWhole(path: string, text: string, options: Options = {}): Promise<void> {
  await withDraft(path, text, options, (draft) => rename(draft, path));
}

/** Makes the file, complete with its text; false when it exists already. */
export async function createWhole(path: string, text: string, options: Options = {}): Promise<boolean> {
  let made = true;
  await withDraft(path, text, options, async (draft) => {
    try {
      await link(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      made = false;
    }
  });
  return made;
}

async function withDraft(
  path: string,
  text: string,
  options: Options,
  use: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, text, options);
    await use(draft);
  } finally {
    await rm(draft, { force: true });
  }
}
