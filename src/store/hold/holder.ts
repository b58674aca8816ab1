import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import { iso8601 } from '../../call/dates.ts';

/** A Legwork process, as another one sees it. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** The database is this process's alone until it is released, or until the process dies, however it dies. */
export interface DatabaseHold {
  release(): Promise<void>;
}

/** Another Legwork uses the database; `holder` is undefined when it has just gone away. */
export class DatabaseTakenError extends Error {
  readonly holder: Holder | undefined;
  constructor(holder: Holder | undefined) {
    super(
      `Another Legwork${holder === undefined ? '' : ` (${described(holder)})`} is running on this database`,
    );
    this.name = 'DatabaseTakenError';
    this.holder = holder;
  }
}

function described({ pid, host, since }: Holder): string {
  return `pid ${pid} on host ${host}, since ${iso8601(since)}`;
}

export interface HoldOptions {
  readonly clock: Clock;
  readonly logger: Log;
  /** Another process took the database while our connection was down: this process must not drive anything any more. */
  readonly onTaken: (error: DatabaseTakenError) => void;
  /** A node of a cluster: the database is shared with the other nodes, and with nobody else. */
  readonly isShared?: boolean;
  /** How other processes will see us; this process by default. */
  readonly self?: Holder;
}
