import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from '../setup/setup-error.ts';

/** What replaces a placeholder. A list stands for whole lines, so an empty list leaves none. */
export type TemplateValues = Readonly<Record<string, string | number | readonly string[]>>;

const PLACEHOLDER = /\{\{([a-z_]+)\}\}/g;

/** Legwork's image has no templates, because its Asterisk is in another container. */
async function templates(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).toSorted();
  } catch (error) {
    throw new SetupError(
      `There is no Asterisk configuration in ${folder}, so Asterisk cannot be started here; set ARI_URL to a running one.`,
      { cause: error },
    );
  }
}

/** Fills the `{{name}}` placeholders of every file that lies in a folder itself; a missing value and an unused value are errors. */
export async function renderConfig(
  templateDir: string,
  values: TemplateValues,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const used = new Set<string>();
  for (const name of await templates(templateDir)) {
    const template = await readFile(join(templateDir, name), 'utf8');
    const text = template.replace(PLACEHOLDER, (_, placeholder: string) => {
      const value = values[placeholder];
      if (value === undefined) throw new Error(`${name}: no value for {{${placeholder}}}`);
      used.add(placeholder);
      return typeof value === 'object' ? value.map(oneLine).join('\n') : oneLine(String(value));
    });
    files.set(name, text);
  }
  const unused = Object.keys(values).filter((name) => !used.has(name));
  if (unused.length > 0) throw new Error(`No file in ${templateDir} uses ${unused.join(', ')}`);
  return files;
}

/** Renders a folder of templates into another folder, which then holds nothing else. */
export async function renderConfigFolder(
  templateDir: string,
  outDir: string,
  values: TemplateValues,
): Promise<void> {
  await writeConfigFolder(outDir, await renderConfig(templateDir, values));
}

/** Writes rendered files that only their owner can read, because one of them holds a password. */
export async function writeConfigFolder(outDir: string, files: ReadonlyMap<string, string>): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  await chmod(outDir, 0o700);
  for (const [name, text] of files) await writeFile(join(outDir, name), text, { mode: 0o600 });
}

/** Whether a folder holds exactly these files. */
export async function configFolderEquals(dir: string, files: ReadonlyMap<string, string>): Promise<boolean> {
  const names = await readdir(dir).catch(() => []);
  if (names.length !== files.size) return false;
  for (const name of names) {
    if ((await readFile(join(dir, name), 'utf8')) !== files.get(name)) return false;
  }
  return true;
}

/** A value must not begin a new line or a comment in Asterisk's configuration. */
function oneLine(value: string): string {
  if (/[\r\n;]/.test(value))
    throw new Error(`A line break or semicolon cannot stand in Asterisk's configuration: ${value}`);
  return value;
}
