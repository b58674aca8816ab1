/** How bad a line of the log is, as pino names it. */
export const LOG_LINE_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLineLevel = (typeof LOG_LINE_LEVELS)[number];

/** A line of the log, without what is secret in it. */
export interface LogLine {
  /** Counted from 1 since the process began. */
  readonly n: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly level: LogLineLevel;
  readonly message: string;
  /** What else it says: texts, numbers, truths, and objects of them. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The last lines of the log of this process. */
export interface LogLines {
  /** Those of this level and worse, at most so many, the newest last. */
  last(level: LogLineLevel, most: number): readonly LogLine[];
}
