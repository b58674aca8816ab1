// Runs the spec files that `parallel-mocha.ts` names, one after the other, in this process: what they share
// (an Asterisk, a Legwork) is started once. Each file is a mocha run of its own.
import { createRequire } from 'node:module';
import { format } from 'node:util';
import Mocha from 'mocha';

const require = createRequire(import.meta.url);
const { handleRequires } = require('mocha/lib/cli/run-helpers.cjs') as {
  readonly handleRequires: (modules: readonly string[] | undefined) => Promise<Plugins>;
};

/** What the modules that `--require` names export for mocha. */
interface Plugins {
  readonly rootHooks?: Mocha.RootHookObject;
  readonly globalTeardown?: readonly (() => Promise<void>)[];
}

/** The first argument of a worker's command line. */
export interface WorkerOptions {
  readonly mocha: Mocha.MochaOptions;
  readonly require: readonly string[] | undefined;
}

/** What the worker is told. */
export type WorkerOrder = { readonly kind: 'run'; readonly file: string } | { readonly kind: 'end' };

/** What the worker tells. */
export type WorkerNews =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly title: string }
  /** The file is done, or everything; `report` has the errors of failed tests. */
  | { readonly kind: 'done' | 'ended'; readonly report: string };

const LEFT_OPEN_MS = 20_000;
const { Base } = Mocha.reporters;

const options = JSON.parse(process.argv[2] ?? '') as WorkerOptions;
// Loaded as mocha loads specs: a module that both import is then one and the same.
const plugins = handleRequires(options.require);
let running: Mocha.Runner | undefined;
let stopping = false;

function tell(news: WorkerNews): void {
  if (process.connected) process.send?.(news);
}

class WorkerReporter extends Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on('pass', () => tell({ kind: 'passed' }));
    runner.on('fail', (test) => tell({ kind: 'failed', title: test.titlePath().join(' › ') }));
  }
}

async function runFile(file: string): Promise<string> {
  const { rootHooks } = await plugins;
  const mocha = new Mocha({ ...options.mocha, ...(rootHooks && { rootHooks }), reporter: WorkerReporter });
  mocha.addFile(file);
  await mocha.loadFilesAsync();
  const failures: Mocha.Test[] = [];
  await new Promise<void>((resolve) => {
    running = mocha.run(() => resolve());
    running.on('fail', (test) => failures.push(test as Mocha.Test));
  });
  running = undefined;
  // Its listeners for errors that nobody caught; from now on such an error ends this process.
  mocha.dispose();
  return failures.length === 0 ? '' : listed(failures);
}

/** The failures as mocha's reporters write them. */
function listed(failures: Mocha.Test[]): string {
  const lines: string[] = [];
  const write = Base.consoleLog;
  Base.consoleLog = (...args: unknown[]) => void lines.push(format(...args));
  Base.list(failures);
  Base.consoleLog = write;
  return lines.join('\n');
}

/** Does something whose failure is not a test's; resolves to the report. */
async function counted(title: string, work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    tell({ kind: 'failed', title });
    return `\n  ${title}:\n${format(error)}\n`;
  }
}

async function end(): Promise<void> {
  stopping = true;
  const ending = async () => {
    for (const step of (await plugins).globalTeardown ?? []) await step();
    return '';
  };
  tell({ kind: 'ended', report: await counted('what its tests shared is stopped', ending) });
  if (process.connected) process.disconnect();
  const stillHere = setTimeout(() => {
    console.error('A worker does not end; open are:', process.getActiveResourcesInfo().join(', '));
    process.exit(1);
  }, LEFT_OPEN_MS);
  stillHere.unref();
}

process.on('message', (order: WorkerOrder) => {
  if (order.kind === 'end') {
    void end();
    return;
  }
  void counted('it is loaded', () => runFile(order.file)).then((report) =>
    stopping ? end() : tell({ kind: 'done', report }),
  );
});

/** Ends early, but in order: no Asterisk may be left behind. */
function stop(): void {
  if (stopping) return;
  stopping = true;
  if (running === undefined) void end();
  else running.abort();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
process.on('disconnect', stop);
