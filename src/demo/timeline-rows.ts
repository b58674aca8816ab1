/** Lines are not longer than this. */
export const TIMELINE_WIDTH = 110;

/** How pieces of a line are styled: with colours on a terminal, else not at all. */
export interface Dress {
  faint(text: string): string;
  alarm(text: string): string;
  good(text: string): string;
}

export const PLAIN: Dress = { faint: (text) => text, alarm: (text) => text, good: (text) => text };

export const COLOURED: Dress = {
  faint: (text) => `\u001B[2m${text}\u001B[0m`,
  alarm: (text) => `\u001B[31m${text}\u001B[0m`,
  good: (text) => `\u001B[32m${text}\u001B[0m`,
};

const TIME = 6;
const LEG = 8;
const WHAT = 13;
const SIGNED = 3;
/** Where the values of a line begin. */
export const VALUES_AT = TIME + LEG + WHAT + SIGNED + 4 * 2;

/** One line: when, which leg, what, whether the signature is right, and values. */
export function row(time: string, leg: string, what: string, signed: string, values: string): string {
  const cells = [time.padStart(TIME), leg.padEnd(LEG), what.padEnd(WHAT), signed.padEnd(SIGNED), values];
  return cells.join('  ').trimEnd();
}

/** A row whose values may need more than one line. */
export function rows(
  cells: { readonly time: string; readonly leg: string; readonly what: string; readonly signed: string },
  values: readonly string[],
): string[] {
  const [first = '', ...more] = wrap(values, TIMELINE_WIDTH - VALUES_AT);
  const { time, leg, what, signed } = cells;
  return [row(time, leg, what, signed, first), ...more.map((rest) => `${' '.repeat(VALUES_AT)}${rest}`)];
}

/** Something that happened at a phone, between the requests. */
export function phoneLine(atMs: number, text: string, dress: Dress = PLAIN): string {
  return dress.faint(`${String(atMs).padStart(TIME)}  ${'phone'.padEnd(LEG)}  ${text}`);
}

/** Words as lines of at most `width` characters; a longer word has a line of its own. */
export function wrap(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
