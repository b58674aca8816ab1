import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';

export interface MemberOptions {
  /** Node's arguments, the program's file first. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where its output goes. */
  readonly logFile: string;
}

/** How a member ended. */
export interface MemberEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One of the programs of a local cluster, as a process of its own. */
export class Member {
  readonly name: string;
  readonly #options: MemberOptions;
  #child: ChildProcess | undefined;

  constructor(name: string, options: MemberOptions) {
    this.name = name;
    this.#options = options;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get runs(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts it; `ended` resolves when it ends, for whatever reason. */
  async start(): Promise<{ readonly ended: Promise<MemberEnd> }> {
    const { args, env, logFile } = this.#options;
    const log = await open(logFile, 'a', 0o600);
    try {
      // In a group of its own: a Ctrl-C reaches us, and we stop all of them in order.
      const child = spawn(process.execPath, [...args], {
        env,
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
      });
      this.#child = child;
      await once(child, 'spawn');
      const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }) as MemberEnd);
      return { ended };
    } finally {
      await log.close();
    }
  }

  /** Asks it to stop; resolves when it has ended. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.runs) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }

  /** What it said last. */
  async lastWords(lines: number): Promise<string> {
    const text = await readFile(this.#options.logFile, 'utf8').catch(() => '');
    return text.trimEnd().split('\n').slice(-lines).join('\n');
  }
}
