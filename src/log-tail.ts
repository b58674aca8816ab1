import { LOG_LINE_LEVELS, type LogLine, type LogLineLevel, type LogLines } from './records/log-lines.ts';

interface Held {
  readonly n: number;
  readonly level: number;
  readonly text: string;
}

/** Of warnings and worse, and of all other lines, each: a request of a minute must not push out the error of an hour ago. */
const MOST_LINES = 500;
/** A longer one is shown without its fields. */
const LONGEST_LINE = 8_192;
const WARN = 40;
const NOT_SHOWN = new Set(['level', 'time', 'pid', 'hostname', 'msg']);
/** The log hides what is known to be secret; this is for what somebody adds to a line without thinking of it. */
const SECRET_NAME = /token|secret|passw|digits|authorization|cookie|api_?key/i;
const PASSWORD_IN_URL = /(\/\/[^\s/@:]*):[^\s/@]*@/g;
const HIDDEN = '[hidden]';
/** Deeper objects are not shown. */
const DEEPEST = 4;

/** Keeps the last lines of the log in memory, for whoever looks at them in the console. */
export class LogTail implements LogLines {
  readonly #bad: Held[] = [];
  readonly #other: Held[] = [];
  #count = 0;

  /** A line as pino makes it, in JSON. */
  add(text: string): void {
    const level = Number(/^\{"level":(\d+),/.exec(text)?.[1]);
    if (!Number.isFinite(level)) return;
    this.#count += 1;
    const lines = level >= WARN ? this.#bad : this.#other;
    lines.push({ n: this.#count, level, text });
    // Removed many at once, because each time what is left has to be moved.
    if (lines.length >= MOST_LINES * 2) lines.splice(0, MOST_LINES);
  }

  last(level: LogLineLevel, most: number): readonly LogLine[] {
    const least = (LOG_LINE_LEVELS.indexOf(level) + 1) * 10;
    const held = [...this.#bad.slice(-MOST_LINES), ...this.#other.slice(-MOST_LINES)];
    return held
      .filter((line) => line.level >= least)
      .toSorted((one, other) => one.n - other.n)
      .slice(-most)
      .flatMap(lineOf);
  }
}

function lineOf({ n, level, text }: Held): readonly LogLine[] {
  const isLong = text.length > LONGEST_LINE;
  const read = parsed(text);
  if (read === undefined) return [];
  const { time, msg } = read;
  const fields = isLong
    ? {}
    : Object.fromEntries(
        Object.entries(read).flatMap(([name, value]) =>
          NOT_SHOWN.has(name) ? [] : [[name, withoutSecrets(name, value, 1)]],
        ),
      );
  return [
    {
      n,
      at: typeof time === 'number' ? time : 0,
      level: LOG_LINE_LEVELS[Math.floor(level / 10) - 1] ?? 'fatal',
      message: typeof msg === 'string' ? msg : '',
      fields,
    },
  ];
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined; // pino writes nothing like it
  }
}

function withoutSecrets(name: string, value: unknown, depth: number): unknown {
  if (SECRET_NAME.test(name)) return HIDDEN;
  if (typeof value === 'string') return value.replace(PASSWORD_IN_URL, `$1:${HIDDEN}@`);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '…';
  if (Array.isArray(value)) return value.map((one) => withoutSecrets('', one, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([inner, one]) => [inner, withoutSecrets(inner, one, depth + 1)]),
  );
}
