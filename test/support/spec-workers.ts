import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WorkerNews, WorkerOptions, WorkerOrder } from './spec-worker.ts';

export interface SpecRun {
  readonly files: readonly string[];
  readonly options: WorkerOptions;
  readonly write: (text: string) => void;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const WORKER = fileURLToPath(new URL('./spec-worker.ts', import.meta.url));
/** So long a worker may take to stop what its files shared: a Legwork that was killed has to be started for it. */
const END_MS = 180_000;
const DOTS_PER_LINE = 60;
const SLOWEST = 5;

/** Runs spec files in several processes: whichever is free takes the next file. */
export class SpecWorkers {
  readonly #run: SpecRun;
  readonly #waiting: string[];
  readonly #children = new Set<ChildProcess>();
  readonly #failures: string[] = [];
  readonly #times: { readonly file: string; readonly seconds: number }[] = [];
  #passed = 0;
  #dots = 0;

  constructor(run: SpecRun) {
    this.#run = run;
    this.#waiting = [...run.files];
  }

  /** Resolves when all workers have ended. One that ends badly is a failure, and another takes its place. */
  async run(jobs: number): Promise<Counts> {
    const began = Date.now();
    const work = async () => {
      while (this.#waiting.length > 0) await this.#runWorker();
    };
    await Promise.all(Array.from({ length: jobs }, work));
    this.#summarise((Date.now() - began) / 1000);
    return { passed: this.#passed, failed: this.#failures.length };
  }

  /** Begins no further file; the workers end after the tests that they run now. */
  stop(): void {
    if (this.#waiting.length > 0) this.#fail(`Stopped with ${this.#waiting.length} files not begun`);
    this.#waiting.length = 0;
    for (const child of this.#children) child.kill('SIGTERM');
  }

  async #runWorker(): Promise<void> {
    const child = fork(WORKER, [JSON.stringify(this.#run.options)], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#children.add(child);
    const output = outputOf(child);
    let doing = '';
    let began = 0;
    let ended = false;
    const next = () => {
      const file = this.#waiting.shift();
      doing = file ?? 'The end of a worker';
      began = Date.now();
      order(child, file === undefined ? { kind: 'end' } : { kind: 'run', file });
      if (file === undefined) setTimeout(() => child.kill('SIGKILL'), END_MS).unref();
    };
    child.on('message', (news: WorkerNews) => {
      if (news.kind === 'passed') return this.#pass();
      if (news.kind === 'failed') return this.#fail(`${doing}: ${news.title}`);
      if (news.kind === 'ended') ended = true;
      // What the file has said was in its pipe before this news, but may be read after it.
      setImmediate(() => {
        this.#show(doing, output.take() + news.report);
        if (news.kind === 'ended') return;
        this.#times.push({ file: doing, seconds: (Date.now() - began) / 1000 });
        next();
      });
    });
    next();
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    this.#children.delete(child);
    if (!ended || code !== 0) this.#fail(`${doing}: its process ended (${signal ?? `code ${code}`})`);
    this.#show(doing, output.take());
  }

  #pass(): void {
    this.#passed += 1;
    this.#dot('.');
  }

  #fail(what: string): void {
    this.#failures.push(what);
    this.#dot('!');
  }

  #dot(sign: string): void {
    this.#run.write(this.#dots % DOTS_PER_LINE === 0 ? `\n  ${sign}` : sign);
    this.#dots += 1;
  }

  /** What a file's process said and how its tests failed, in one piece. */
  #show(file: string, text: string): void {
    if (text.trim() === '') return;
    this.#run.write(`\n\n  ${file}\n${text.trimEnd()}\n`);
    this.#dots = 0;
  }

  #summarise(seconds: number): void {
    const slowest = this.#times.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
    const lines = [
      `  ${this.#passed} passing (${seconds.toFixed()} s; longest: ${slowest.map(timeOf).join(', ')})`,
      ...(this.#failures.length === 0 ? [] : [`  ${this.#failures.length} failing:`]),
      ...this.#failures.map((failure) => `    ${failure}`),
    ];
    this.#run.write(`\n\n${lines.join('\n')}\n\n`);
  }
}

function timeOf({ file, seconds }: { readonly file: string; readonly seconds: number }): string {
  return `${file.slice(file.lastIndexOf('/') + 1)} ${seconds.toFixed()} s`;
}

function order(child: ChildProcess, what: WorkerOrder): void {
  // A child that has just died says so by its end.
  child.send(what, () => undefined);
}

function outputOf(child: ChildProcess): { take(): string } {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return {
    take() {
      const taken = text;
      text = '';
      return taken;
    },
  };
}
