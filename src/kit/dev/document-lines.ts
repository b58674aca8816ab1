import type { Dress } from '../../demo/timeline-rows.ts';
import { masked } from '../../rcml/document/masked.ts';
import type { Finding } from '../../rcml/lint/lint-finding.ts';

const INDENT = ' '.repeat(8);
const MOST_LINES = 40;

/** A document with what is wrong in it, each mistake below its line. */
export function documentLines(text: string, found: readonly Finding[], dress: Dress): readonly string[] {
  const lines = printable(masked(text)).trimEnd().split('\n');
  const width = String(lines.length).length;
  const shown = lines.slice(0, MOST_LINES).flatMap((line, index) => {
    const mistakes = found.filter((each) => each.line === index + 1);
    const number = String(index + 1).padStart(width);
    return [
      dress.faint(`${INDENT}${number}  ${line}`),
      ...mistakes.map((each) => dress.alarm(mistakeLine(each, width))),
    ];
  });
  const rest = found.filter(({ line }) => line > Math.min(lines.length, MOST_LINES));
  const more =
    lines.length > MOST_LINES ? [dress.faint(`${INDENT}… ${lines.length - MOST_LINES} more lines`)] : [];
  return [...shown, ...more, ...rest.map((each) => dress.alarm(mistakeLine(each, width)))];
}

function mistakeLine({ column, level, message, didYouMean }: Finding, width: number): string {
  const near = didYouMean === undefined ? '' : ` Did you mean ${didYouMean}?`;
  return `${INDENT}${' '.repeat(width + 1 + column)}^ ${level}: ${message}${near}`;
}

/** A document must not move the cursor or ring the bell. */
function printable(text: string): string {
  return text.replaceAll('\t', '  ').replace(/[^\P{Cc}\n]/gu, '');
}
