import { finding, type Finding } from './lint-finding.ts';
import type { CompiledVerb } from '../document/verb.ts';

/** Finds verbs that no call ever reaches, or that have no effect where they are. */
export function checkOrder(verbs: readonly CompiledVerb[], url: string | undefined): readonly Finding[] {
  return [
    ...neverRun(verbs),
    ...lateRejects(verbs),
    ...endlessRedirect(verbs, url),
    ...outOfPlace(verbs),
    ...verbs.flatMap(inside),
    ...noteOfLast(verbs.at(-1)),
  ];
}

function neverRun(verbs: readonly CompiledVerb[]): readonly Finding[] {
  const at = verbs.findIndex((_verb, index) => endOf(verbs, index) !== undefined);
  const [last, next] = [verbs[at], verbs[at + 1]];
  if (last === undefined || next === undefined) return [];
  const more = verbs.length - at - 2;
  const others =
    more === 0 ? '' : more === 1 ? ', nor the verb after it' : `, nor the ${more} verbs after it`;
  const why = `the <${last.name}> on line ${last.line} ${endOf(verbs, at)}`;
  return [finding('warning', next, `can never run${others}: ${why}`)];
}

/** Why a call never gets past the verb at this index; undefined when it can. */
function endOf(verbs: readonly CompiledVerb[], index: number): string | undefined {
  const verb = verbs[index];
  if (verb === undefined || (verb.onlyFirst && isLate(verbs, index))) return undefined;
  // It is skipped when the one before it was answered.
  if (verb.hunts && verbs[index - 1]?.hunts === true) return undefined;
  return verb.endsDocument;
}

function isLate(verbs: readonly CompiledVerb[], index: number): boolean {
  return verbs.slice(0, index).some(({ precedesReject }) => !precedesReject);
}

function lateRejects(verbs: readonly CompiledVerb[]): readonly Finding[] {
  return verbs
    .filter(({ onlyFirst }, index) => onlyFirst && isLate(verbs, index))
    .map((verb) =>
      finding(
        'warning',
        verb,
        'is skipped here: only <Pause> may come before it; by now the call is answered',
      ),
    );
}

function endlessRedirect(verbs: readonly CompiledVerb[], url: string | undefined): readonly Finding[] {
  const [first] = verbs;
  if (url === undefined || first?.lint.leadsTo !== url) return [];
  return [finding('warning', first, 'leads to this same document; after 50 rounds the call is hung up')];
}

/** Verbs for wait documents of queues, in a document that cannot be one because of its other verbs. */
function outOfPlace(verbs: readonly CompiledVerb[]): readonly Finding[] {
  const other = verbs.find(({ allowedIn }) => !allowedIn.includes('queue'));
  if (other === undefined) return [];
  const why = `it runs only in a waitUrl document of <Enqueue>, which has no <${other.name}>`;
  return verbs
    .filter(({ onlyAside }) => onlyAside)
    .map((verb) => finding('warning', verb, `is skipped here: ${why}`));
}

function noteOfLast(last: CompiledVerb | undefined): readonly Finding[] {
  const note = last?.lint.noteIfLast;
  return last === undefined || note === undefined ? [] : [finding('note', last, note)];
}

function inside(verb: CompiledVerb): readonly Finding[] {
  const { inner, warning, parts = [] } = verb.lint;
  return [
    ...(inner === undefined ? [] : neverRun(inner)),
    ...(warning === undefined ? [] : [finding('warning', verb, warning)]),
    ...parts.map((part) => finding('warning', isPlace(verb, part) ? verb : part, part.warning)),
  ];
}

function isPlace(verb: CompiledVerb, { line, column }: { readonly line: number; readonly column: number }) {
  return verb.line === line && verb.column === column;
}
