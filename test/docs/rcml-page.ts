import { readFileSync } from 'node:fs';

/** One row of a section's table of attributes, as it stands on the page. */
export interface AttributeRow {
  readonly name: string;
  readonly default: string;
  readonly allowed: string;
  readonly meaning: string;
}

/** One verb or noun of docs/rcml.md. */
export interface Section {
  readonly title: string;
  readonly attributes: readonly AttributeRow[] | undefined;
  readonly examples: readonly string[];
}

const page = readFileSync(new URL('../../docs/rcml.md', import.meta.url), 'utf8');

/** What stands before the first verb, then every `### Section`. */
export const sections: readonly Section[] = page.split(/^### /m).map((text, index) => ({
  title: index === 0 ? '' : (text.split('\n')[0] ?? ''),
  attributes: attributesOf(text),
  examples: [...text.matchAll(/^```xml\n([\s\S]*?)^```$/gm)].map(([, example = '']) => example),
}));

/** What stands between backticks. */
export function quoted(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
}

function attributesOf(text: string): readonly AttributeRow[] | undefined {
  const lines = text.split('\n');
  const head = lines.indexOf('| attribute | default | allowed | |');
  if (head === -1) return undefined;
  const rows = lines.slice(head + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) => {
      const [, name = '', absent = '', allowed = '', meaning = ''] = line
        .split('|')
        .map((cell) => cell.trim());
      return { name: quoted(name)[0] ?? '', default: absent, allowed, meaning };
    });
}
