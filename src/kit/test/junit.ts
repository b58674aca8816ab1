import { PLAIN } from '../../demo/timeline-rows.ts';
import { failureLines, type Result } from './report.ts';

/** The results in the form that CI servers read (JUnit's). */
export function junitReport(results: readonly Result[], tookMs: number): string {
  const failed = results.filter(({ passed }) => !passed).length;
  const counts = { name: 'legwork test', tests: results.length, failures: failed, time: tookMs / 1000 };
  const cases = results.map(caseOf).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n<testsuite${attributes(counts)}>\n${cases}</testsuite>\n</testsuites>\n`;
}

function caseOf(result: Result): string {
  const { scenario, tookMs, passed, notices } = result;
  const names = { classname: scenario.file, name: scenario.name, time: tookMs / 1000 };
  const lines = failureLines(result, PLAIN).map((line) => line.trim());
  const failure = passed
    ? ''
    : `<failure${attributes({ message: lines[0] ?? 'failed' })}>${escaped(lines.join('\n'))}</failure>`;
  const said = [...new Set(notices.map(({ message }) => message))].join('\n');
  const output = said === '' ? '' : `<system-out>${escaped(said)}</system-out>`;
  return `<testcase${attributes(names)}>${failure}${output}</testcase>\n`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML has no place for control characters but tabs and line ends. */
function escaped(text: string): string {
  return text.replace(/[^\P{Cc}\t\n]/gu, '\uFFFD').replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
