import type { ToolCommand } from '../../src/bundled-asterisk/debian/private-program.ts';
import type { Undo } from '../../src/main/undo.ts';
import type { BenchApplicationServer } from './application-server.ts';
import type { BenchAsterisk } from './bench-asterisk.ts';

/** What all systems share: the Asterisk, the application server, the load generator. */
export interface Bed {
  readonly asterisk: BenchAsterisk;
  readonly app: BenchApplicationServer;
  readonly sipp: ToolCommand;
  /** A file of sound, raw µ-law. */
  readonly sound: string;
  /** Ends what was started on it, when the bench ends for whatever reason. */
  readonly undo: Undo;
}
