import { pino, type Logger as PinoLogger } from 'pino';
import type { LogLevel } from './setting-kinds.ts';

/** A log: constant messages with fields; `child` adds fields such as the CallSid. */
export type Logger = PinoLogger;

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

/** A log on standard output: JSON lines, or readable ones on a terminal. */
export function createLogger(level: LogLevel, terminal: boolean = process.stdout.isTTY): Logger {
  const options = { level, redact: { paths: REDACTED, censor: '[hidden]' } };
  if (!terminal) return pino(options);
  return pino({
    ...options,
    transport: {
      target: 'pino-pretty',
      options: { ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' },
    },
  });
}
