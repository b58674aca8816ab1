import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from '../../setup/setup-error.ts';

/** A program, with the arguments that come before its own and its environment. */
export interface ToolCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Subfolders of the library folder in which packages have their own libraries. */
const LIBRARY_SUBFOLDERS = ['pulseaudio', 'sox'];

/** How to run a program from a package folder: with the folder's own loader, so that the host's C library does not matter. */
export async function privateProgram(folder: string, path: string): Promise<ToolCommand> {
  const { libraries, loader } = await findLoader(folder);
  const searched = [libraries, ...LIBRARY_SUBFOLDERS.map((name) => join(libraries, name))].join(':');
  return { command: loader, args: ['--library-path', searched, join(folder, path)], env: {} };
}

/** The folder of the C library in a package folder, which is named after the architecture (`usr/lib/x86_64-linux-gnu`). */
export async function libraryFolder(folder: string): Promise<string> {
  return (await findLoader(folder)).libraries;
}

async function findLoader(folder: string): Promise<{ libraries: string; loader: string }> {
  const parent = join(folder, 'usr/lib');
  for (const entry of await readdir(parent, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const libraries = join(parent, entry.name);
    const loader = (await readdir(libraries)).find((name) => /^ld-linux.*\.so\.\d+$/.test(name));
    if (loader !== undefined) return { libraries, loader: join(libraries, loader) };
  }
  throw new SetupError(`${folder} holds no C library. Delete that folder and start again.`);
}
