import { ListenError } from '../api/http/http-server.ts';
import { ConfigError } from '../config.ts';
import { SetupError } from '../setup/setup-error.ts';

/** What to do about what the system says while Legwork starts or stops: of its files, or of those of the host. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: make room on it, or set DATA_DIR to another one, and start Legwork again.',
  EDQUOT: 'The disk quota is used up: make room, or set DATA_DIR to another disk, and start Legwork again.',
  EROFS: 'The disk is mounted read-only: set DATA_DIR to one that can be written.',
  EIO: 'The disk has a fault (see the kernel log): set DATA_DIR to a sound one.',
  EACCES: 'This user may not do that: check the owner and the rights of DATA_DIR.',
  EPERM: 'This user may not do that: check the owner and the rights of DATA_DIR.',
  EMFILE: 'Too few files may be open: raise the limit (ulimit -n).',
};

/** What the operator can mend is said in one message; anything else is a mistake of ours, with its stack. */
export function startProblem(error: unknown): string {
  if (error instanceof ConfigError || error instanceof SetupError || error instanceof ListenError) {
    return error.message;
  }
  if (!(error instanceof Error)) return String(error);
  const remedy = REMEDIES[(error as NodeJS.ErrnoException).code ?? ''];
  return remedy === undefined ? (error.stack ?? error.message) : `${remedy} (${error.message})`;
}
