import { finding, type Finding } from './lint-finding.ts';
import type { CompiledVerb } from './verb.ts';
import type { DialVerb } from './verbs/dial.ts';
import type { GatherVerb } from './verbs/gather.ts';
import type { PlayVerb } from './verbs/play.ts';
import type { RecordVerb } from './verbs/record.ts';
import type { RedirectVerb } from './verbs/redirect.ts';
import type { SayVerb } from './verbs/say.ts';

/** Verbs that do not make a Reject impossible (spec/rcml.md, "Answering"). */
const BEFORE_REJECT: readonly string[] = ['Pause', 'Redirect', 'Reject'];

/** Finds verbs that no call ever comes to, or that do nothing where they stand. */
export function checkOrder(verbs: readonly CompiledVerb[], url: string | undefined): readonly Finding[] {
  return [
    ...neverRun(verbs),
    ...lateRejects(verbs),
    ...endlessRedirect(verbs, url),
    ...verbs.flatMap(inside),
  ];
}

function neverRun(verbs: readonly CompiledVerb[]): readonly Finding[] {
  const at = verbs.findIndex((_verb, index) => endOf(verbs, index) !== undefined);
  const [last, next] = [verbs[at], verbs[at + 1]];
  if (last === undefined || next === undefined) return [];
  const more = verbs.length - at - 2;
  const others =
    more === 0 ? '' : more === 1 ? ', nor the verb after it' : `, nor the ${more} verbs after it`;
  const why = `the <${last.name}> in line ${last.line} ${endOf(verbs, at)}`;
  return [finding('warning', next, `can never run${others}: ${why}`)];
}

/** Why a call never comes past a verb; undefined when it may. */
function endOf(verbs: readonly CompiledVerb[], index: number): string | undefined {
  const verb = verbs[index];
  switch (verb?.name) {
    case 'Hangup':
      return 'hangs up';
    case 'Redirect':
      return 'goes on with another document';
    case 'Reject':
      return isLate(verbs, index) ? undefined : 'refuses the call (only on an outbound leg it is skipped)';
    case 'Say':
    case 'Play':
      return (verb.value as SayVerb | PlayVerb).loop === 0
        ? 'has loop="0" and goes on until the call ends'
        : undefined;
    case 'Record':
      return (verb.value as RecordVerb).action === undefined ? undefined : 'always goes on with its action';
    case 'Gather': {
      const { action, actionOnEmptyResult } = verb.value as GatherVerb;
      return action !== undefined && actionOnEmptyResult ? 'always goes on with its action' : undefined;
    }
    case 'Dial': {
      // In a row of Dials it is skipped when one before it was answered.
      const mayBeSkipped = verbs[index - 1]?.name === 'Dial';
      const { action } = verb.value as DialVerb;
      return action === undefined || mayBeSkipped ? undefined : 'always goes on with its action';
    }
    default:
      return undefined;
  }
}

function isLate(verbs: readonly CompiledVerb[], index: number): boolean {
  return verbs.slice(0, index).some(({ name }) => !BEFORE_REJECT.includes(name));
}

function lateRejects(verbs: readonly CompiledVerb[]): readonly Finding[] {
  return verbs
    .filter(({ name }, index) => name === 'Reject' && isLate(verbs, index))
    .map((verb) =>
      finding(
        'warning',
        verb,
        'is skipped here: only <Pause> may come before it, the call is answered by then',
      ),
    );
}

function endlessRedirect(verbs: readonly CompiledVerb[], url: string | undefined): readonly Finding[] {
  const [first] = verbs;
  if (url === undefined || first?.name !== 'Redirect') return [];
  const to = (first.value as RedirectVerb).url;
  if (to !== url) return [];
  return [finding('warning', first, 'leads to this same document; after 50 rounds the call is hung up')];
}

function inside(verb: CompiledVerb): readonly Finding[] {
  if (verb.name !== 'Gather') return [];
  const { action, partialResult, prompt } = verb.value as GatherVerb;
  const untold = action === undefined && partialResult === undefined;
  return [
    ...neverRun(prompt),
    ...(untold ? [finding('warning', verb, 'has no action, so nobody is told what was collected')] : []),
  ];
}
