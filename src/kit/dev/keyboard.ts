import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { ReadStream } from 'node:tty';

/** What somebody at the keyboard wants. */
export type Wish =
  | { readonly kind: 'press'; readonly keys: string }
  | { readonly kind: 'hangup' }
  | /** From the caller's phone to the callee's, and back. */ { readonly kind: 'change-phone' }
  | { readonly kind: 'help' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'call'; readonly from: string }
  | { readonly kind: 'say'; readonly words: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'phone'; readonly does: 'answer' | 'busy' | 'no-answer' | 'decline' }
  | { readonly kind: 'unknown'; readonly text: string };

const WORDS: Readonly<Record<string, Wish>> = {
  h: { kind: 'hangup' },
  t: { kind: 'change-phone' },
  a: { kind: 'phone', does: 'answer' },
  b: { kind: 'phone', does: 'busy' },
  n: { kind: 'phone', does: 'no-answer' },
  d: { kind: 'phone', does: 'decline' },
  q: { kind: 'quit' },
  '?': { kind: 'help' },
};

/** Reads one line: `1#`, `h`, `c bob`, `s two pizzas`, `w 2s` … */
export function wishOf(line: string): Wish | undefined {
  const text = line.trim();
  if (text === '') return undefined;
  if (/^[0-9*#A-D]+$/.test(text)) return { kind: 'press', keys: text };
  const word = WORDS[text];
  if (word !== undefined) return word;
  const [, letter = '', rest = ''] = /^([csw])\s+(.*)$/.exec(text) ?? [];
  if (letter === 'c') return { kind: 'call', from: rest };
  if (letter === 's') return { kind: 'say', words: rest };
  const [, number = ''] = letter === 'w' ? (/^(\d+(?:\.\d+)?)s?$/.exec(rest) ?? []) : [];
  if (number !== '') return { kind: 'wait', ms: Math.round(Number(number) * 1000) };
  return { kind: 'unknown', text };
}

export interface Keyboard {
  /** What is wanted, in order; it ends with the input. */
  readonly wishes: AsyncIterable<Wish>;
  /** Whether each key counts at once. */
  readonly isTerminal: boolean;
  close(): void;
}

/** A terminal's keys at once; of any other input the lines. */
export function openKeyboard(input: Readable, echo: (text: string) => void): Keyboard {
  const terminal = terminalOf(input);
  if (terminal === undefined) {
    return { wishes: wishesOfLines(input), isTerminal: false, close: () => void input.destroy() };
  }
  terminal.setRawMode(true);
  return {
    wishes: wishesOfKeys(terminal, echo),
    isTerminal: true,
    close: () => {
      terminal.setRawMode(false);
      terminal.destroy();
    },
  };
}

function terminalOf(input: Readable): ReadStream | undefined {
  return 'setRawMode' in input && 'isTTY' in input && input.isTTY === true
    ? (input as ReadStream)
    : undefined;
}

async function* wishesOfLines(input: AsyncIterable<Buffer | string>): AsyncIterable<Wish> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of input) {
    const lines = `${rest}${typeof chunk === 'string' ? chunk : decoder.write(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines.flatMap((line) => wishOf(line) ?? []);
  }
  const last = wishOf(rest);
  if (last !== undefined) yield last;
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const BACKSPACES = ['\u0008', '\u007F'];

/** `c` and `s` begin a line, which is shown while it is typed; every other key counts at once. */
async function* wishesOfKeys(
  terminal: AsyncIterable<Buffer | string>,
  echo: (text: string) => void,
): AsyncIterable<Wish> {
  let line = '';
  for await (const chunk of terminal) {
    for (const key of chunk.toString()) {
      if (key === CTRL_C || key === CTRL_D) {
        yield { kind: 'quit' };
      } else if (line === '' && /[csw]/.test(key)) {
        line = `${key} `;
        echo(line);
      } else if (line === '') {
        const wish = wishOf(key);
        if (wish !== undefined) yield wish;
      } else if (key === '\r' || key === '\n') {
        const wish = wishOf(line);
        line = '';
        echo('\n');
        if (wish !== undefined) yield wish;
      } else if (BACKSPACES.includes(key)) {
        line = line.slice(0, -1);
        echo('\b \b');
      } else {
        line += key;
        echo(key);
      }
    }
  }
}
