import { ListenError } from '../api/http/http-server.ts';
import { StoreUnavailableError } from '../records/repositories.ts';
import { ConfigError } from '../config.ts';
import { SetupError } from '../setup/setup-error.ts';

const MAKE_ROOM = 'make room on it, or set DATA_DIR to another one, and start Legwork again';
const MAY_NOT = 'This user may not do that: check the owner and the permissions of DATA_DIR.';

/** What to do about error codes of the system, or of SQLite, while Legwork starts or stops. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: `The disk is full: ${MAKE_ROOM}.`,
  SQLITE_FULL: `The disk is full: ${MAKE_ROOM}.`,
  EDQUOT: `The quota of the disk is used up: ${MAKE_ROOM}.`,
  EROFS: 'The disk is mounted read-only: set DATA_DIR to a writable one.',
  EIO: 'The disk has a fault (see the kernel log): set DATA_DIR to a healthy one.',
  EACCES: MAY_NOT,
  EPERM: MAY_NOT,
  EMFILE: 'Too many files are open: raise the limit (ulimit -n).',
};

/** One line that says what to do, where that is known. */
export function remedyFor(error: Error): string | undefined {
  const remedy = REMEDIES[(error as NodeJS.ErrnoException).code ?? ''];
  return remedy === undefined ? undefined : `${remedy} (${error.message})`;
}

/** One message for what the operator can mend; anything else is a bug of ours, and shown with its stack. */
export function startProblem(error: unknown): string {
  if (error instanceof ConfigError || error instanceof SetupError || error instanceof ListenError) {
    return error.message;
  }
  if (error instanceof StoreUnavailableError) return startProblem(error.cause);
  if (!(error instanceof Error)) return String(error);
  return remedyFor(error) ?? error.stack ?? error.message;
}
