import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Undo } from '../../src/main/undo.ts';
import type { AppMessage, AppReply, Arrival } from './app-messages.ts';

/** The application server that all systems share. */
export interface BenchApplicationServer {
  readonly pid: number;
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  /** Serves each of these at `/document/<name>`. */
  serve(documents: Readonly<Record<string, string>>): Promise<void>;
  /** How many callbacks it has had in all. */
  callbacks(): Promise<number>;
  /** What has come since it was asked last. */
  take(): Promise<readonly Arrival[]>;
}

const PROGRAM = fileURLToPath(new URL('application-server-program.ts', import.meta.url));

/** Starts it; `undo` ends it, also while it starts. */
export async function startApplicationServer(undo: Undo): Promise<BenchApplicationServer> {
  const child = fork(PROGRAM, { execArgv: ['--import', 'tsx'] });
  const endsUnasked = () => {
    throw new Error('The application server has ended');
  };
  child.once('exit', endsUnasked);
  undo.add(() => {
    child.off('exit', endsUnasked);
    // It keeps nothing, and while it starts it would not hear anything else.
    child.kill('SIGKILL');
  });
  const next = async () => ((await once(child, 'message')) as [AppReply])[0];
  const ask = (message: AppMessage) => {
    const reply = next();
    child.send(message);
    return reply;
  };
  const first = await next();
  if (first.kind !== 'listening') throw new Error(`The application server says ${first.kind}`);
  return {
    pid: child.pid ?? 0,
    origin: `http://127.0.0.1:${first.port}`,
    async serve(documents) {
      await ask({ kind: 'documents', documents });
    },
    async callbacks() {
      const reply = await ask({ kind: 'count' });
      return reply.kind === 'count' ? reply.callbacks : 0;
    },
    async take() {
      const reply = await ask({ kind: 'take' });
      return reply.kind === 'arrivals' ? reply.arrivals : [];
    },
  };
}
