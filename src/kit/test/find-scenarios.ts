import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readScenario } from '../scenario/read-scenario.ts';
import type { Mistake, Scenario } from '../scenario/scenario.ts';

/** The scenarios that were asked for, and what is wrong in their files. */
export interface FoundScenarios {
  readonly scenarios: readonly Scenario[];
  readonly mistakes: readonly Mistake[];
}

const START = { line: 1, column: 1 };

/** Reads the scenarios of these files and folders. */
export async function findScenarios(paths: readonly string[]): Promise<FoundScenarios> {
  const scenarios: Scenario[] = [];
  const mistakes: Mistake[] = [];
  for (const path of paths) {
    const files = await filesAt(path);
    if (files.length === 0) mistakes.push(mistake(path, 'There is no .yaml file in this folder.'));
    for (const file of files) {
      const read = await readOne(file);
      if ('steps' in read) scenarios.push(read);
      else mistakes.push(...read);
    }
  }
  return { scenarios, mistakes: [...mistakes, ...sharedTranscripts(scenarios)] };
}

async function readOne(file: string): Promise<Scenario | readonly Mistake[]> {
  try {
    return readScenario(file, await readFile(file, 'utf8'));
  } catch (error) {
    return [mistake(file, `It cannot be read: ${error instanceof Error ? error.message : String(error)}.`)];
  }
}

/** A folder's .yaml files, those of the folders in it included; a file is what it is. */
async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return [path];
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => /\.ya?ml$/.test(name) && !name.includes('node_modules'))
    .toSorted()
    .map((name) => join(path, name));
}

/** Scenarios run side by side, and each writes its own transcript. */
function sharedTranscripts(scenarios: readonly Scenario[]): readonly Mistake[] {
  const owners = new Map<string, string>();
  return scenarios.flatMap(({ file, expected: { requests } }) => {
    if (requests === undefined) return [];
    const path = join(file, '..', requests.file);
    const owner = owners.get(path);
    owners.set(path, owner ?? file);
    if (owner === undefined || owner === file) return [];
    return [
      { file, place: requests.place, message: `${requests.file} is the transcript of ${owner} already.` },
    ];
  });
}

function mistake(file: string, message: string): Mistake {
  return { file, place: START, message };
}
