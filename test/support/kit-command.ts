import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { userEnvironment } from '../../src/config.ts';
import { PLAIN } from '../../src/demo/timeline-rows.ts';
import { testCommand } from '../../src/kit/test/command.ts';
import { authorSender } from '../../src/kit/world/author-sender.ts';

/** What a command has printed, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder of an author's, with scenarios, for `legwork test`. */
export class AuthorFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<AuthorFolder> {
    return new AuthorFolder(await mkdtemp(join(tmpdir(), 'legwork-author-')));
  }

  file(name: string): string {
    return join(this.path, name);
  }

  async write(name: string, text: string): Promise<string> {
    await writeFile(this.file(name), text);
    return this.file(name);
  }

  read(name: string): Promise<string> {
    return readFile(this.file(name), 'utf8');
  }

  /** Runs `legwork test`; paths of this folder are printed without it. */
  async test(...args: readonly string[]): Promise<Ran> {
    const ran = await runTestCommand(args);
    const relative = (text: string) => text.replaceAll(`${this.path}/`, '');
    return { ...ran, out: relative(ran.out), err: relative(ran.err) };
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true });
  }
}

/** Runs `legwork test` in this process. */
export async function runTestCommand(args: readonly string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const sender = authorSender('0.0.0-test');
  try {
    const code = await testCommand(args, {
      clock: systemClock,
      sender,
      env: userEnvironment(),
      dress: PLAIN,
      stopped: new AbortController().signal,
      out: (line) => void out.push(line),
      err: (line) => void err.push(line),
    });
    return { code, out: out.join('\n'), err: err.join('\n') };
  } finally {
    sender.close();
  }
}
