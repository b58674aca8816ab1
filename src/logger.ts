import { pino, type Logger as PinoLogger, type LoggerOptions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { LogLevel } from './setting-kinds.ts';

/** A log: constant messages with fields; `child` adds fields such as the CallSid. */
export type Logger = PinoLogger;

/** Where finished lines go. */
export interface Lines {
  write(text: string): void;
}

const SECRET_FIELDS = [
  'password',
  'authToken',
  'AuthToken',
  'token',
  'authorization',
  'Authorization',
  'api_key',
  'digits',
  'Digits',
];

const REDACTED = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/**
 * A log of JSON lines, or of readable ones for a terminal.
 * @param heard is told each line in JSON, too, with secrets hidden
 */
export function createLogger(
  level: LogLevel,
  output: Lines,
  terminal: boolean,
  heard?: (line: string) => void,
): Logger {
  const options: LoggerOptions = { level, redact: { paths: REDACTED, censor: '[hidden]' } };
  const readable = terminal
    ? prettyFactory({ ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' })
    : same;
  return pino(options, {
    write(line) {
      heard?.(line);
      output.write(readable(line));
    },
  });
}

function same(line: string): string {
  return line;
}

/** Makes the log line that says how many lines could not be written; it appears at every log level. */
export function lossNotice(terminal: boolean): (lost: number, reason: string) => string {
  return (lost, reason) => {
    let line = '';
    const output = { write: (text: string) => void (line = text) };
    createLogger('error', output, terminal).error({ lost, reason }, 'Lines of this log could not be written');
    return line;
  };
}
