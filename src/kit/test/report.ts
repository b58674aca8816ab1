import type { Dress } from '../../demo/timeline-rows.ts';
import type { Performance } from '../scenario/perform.ts';
import type { Mistake } from '../scenario/scenario.ts';
import { printedDifferences } from '../transcript/print-differences.ts';
import type { Checked } from './check-transcript.ts';

/** A scenario that was performed, with its transcript looked at. */
export interface Result extends Performance {
  readonly checked: Checked;
  readonly passed: boolean;
}

const NO_MISTAKES: readonly Mistake[] = [];

/** `file:line:column  sentence`, which editors and terminals turn into a link. */
export function mistakeLine({ file, place, message }: Mistake): string {
  return `${file}:${place.line}:${place.column}  ${message}`;
}

/** A scenario that passed in one line, one that failed with all that is known. */
export function resultLines(result: Result, dress: Dress): readonly string[] {
  const { scenario, passed, checked, requests, callMs, tookMs } = result;
  const counted = requests.length === 1 ? '1 request' : `${requests.length} requests`;
  const times = dress.faint(`(${counted}, ${seconds(callMs)} of call in ${tookMs} ms)`);
  const written = checked.kind === 'written' ? `  ${scenario.expected.requests?.file} written` : '';
  const title = passed
    ? `${dress.good('pass')}  ${scenario.name}`
    : `${dress.alarm('FAIL')}  ${scenario.name}`;
  return [`${title}  ${times}${written}`, ...failureLines(result, dress), ...noticeLines(result, dress)];
}

/** Why a scenario failed; nothing for one that passed. */
export function failureLines({ failures, checked }: Result, dress: Dress): readonly string[] {
  const mistakes = checked.kind === 'mistake' ? [checked.mistake] : NO_MISTAKES;
  const lines = [...failures, ...mistakes].map(mistakeLine);
  const diff =
    checked.kind === 'different' ? printedDifferences(checked.file, checked.differences, dress) : [];
  return [...lines, ...diff].map((line) => `      ${line}`);
}

/** Each notice once: a document that is asked for again has its mistakes again. */
function noticeLines({ notices }: Result, dress: Dress): readonly string[] {
  const lines = notices.map(({ level, message, requestUrl }) => {
    const where = requestUrl === undefined ? '' : `  (${requestUrl})`;
    return `      ${level}: ${message}${where}`;
  });
  return [...new Set(lines)].map((line) => dress.faint(line));
}

/** The last line. */
export function summaryLine(results: readonly Result[], tookMs: number): string {
  const passed = results.filter((result) => result.passed).length;
  const counted = results.length === 1 ? '1 scenario' : `${results.length} scenarios`;
  return `${counted}: ${passed} passed, ${results.length - passed} failed, in ${seconds(tookMs)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
