import type { Finding } from '../rcml/lint/lint-finding.ts';

/** One document of the command line, and what was found in it. */
export interface Checked {
  readonly source: string;
  readonly findings: readonly Finding[];
  /** Why it could not be read. */
  readonly failure?: string;
}

/** A finding for people: `file:line:column  level  sentence`, which editors and terminals turn into a link. */
export function lineOf(source: string, found: Finding): string {
  const { line, column, level, message } = found;
  return `${source}:${line}:${column}  ${level}  ${message}${namesOf(found)}`;
}

function namesOf({ allowed, attribute, didYouMean }: Finding): string {
  if (allowed === undefined) return '';
  const shown = (name: string) => (attribute === undefined ? `<${name}>` : name);
  if (didYouMean !== undefined) return ` Did you mean ${shown(didYouMean)}?`;
  return allowed.length === 0 ? ' Nothing is allowed there.' : ` Allowed: ${allowed.map(shown).join(', ')}.`;
}

/** One line that counts what was found in all documents. */
export function summaryOf(checked: readonly Checked[]): string {
  const all = checked.flatMap(({ findings }) => findings);
  const counted = (['error', 'warning', 'note'] as const).flatMap((level) => {
    const count = all.filter((found) => found.level === level).length;
    return count === 0 ? [] : [`${count} ${level}${count === 1 ? '' : 's'}`];
  });
  const documents = checked.length === 1 ? '1 document' : `${checked.length} documents`;
  return `${documents}: ${counted.length === 0 ? 'nothing found' : counted.join(', ')}`;
}
