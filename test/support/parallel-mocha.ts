// `mocha`, with the spec files spread over several processes that share nothing. Live and fault tests wait most of
// their time, so there are more processes than processors. Of mocha's options it knows --timeout, --grep, --ignore,
// --require and --jobs; it has a reporter of its own. --no-build is for tests that need no dist/. Mocha's own parallel
// mode ends its processes without a word, so that nothing could stop the Asterisk that a process keeps for its next file.
import { availableParallelism } from 'node:os';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import type { MochaOptions } from 'mocha';
import { buildLegwork } from './build-legwork.ts';
import { SpecWorkers } from './spec-workers.ts';

const JOBS_PER_PROCESSOR = 2;

interface Arguments extends MochaOptions {
  readonly _: string[];
  readonly require?: string[];
  readonly ignore?: string[];
  readonly extension?: string[];
  readonly recursive?: boolean;
  readonly build?: boolean;
}

const require = createRequire(import.meta.url);
const { loadOptions } = require('mocha/lib/cli/options.cjs') as {
  readonly loadOptions: (argv: string[]) => Arguments;
};
const collectFiles = require('mocha/lib/cli/collect-files.cjs') as (options: object) => {
  readonly files: string[];
};

async function main(argv: string[]): Promise<number> {
  const options = loadOptions(argv);
  const {
    timeout,
    grep,
    forbidOnly,
    forbidPending,
    ignore = [],
    extension = [],
    recursive = false,
    _: spec,
  } = options;
  const { files } = collectFiles({ ignore, extension, file: [], recursive, sort: false, spec });
  // Legworks that tests start are built ones: not by several processes at the same time.
  if (options.build !== false) await buildLegwork();
  const workers = new SpecWorkers({
    files: longestFirst(files.map((file) => relative('.', file))),
    options: {
      mocha: { timeout, grep, forbidOnly, forbidPending },
      require: options.require,
    },
    write: (text) => void process.stdout.write(text),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => workers.stop());
  const jobs = Number(options.jobs ?? availableParallelism() * JOBS_PER_PROCESSOR);
  const { passed, failed } = await workers.run(Math.min(jobs, files.length));
  const countsFile = process.env['LEGWORK_TEST_COUNTS'];
  if (countsFile !== undefined) await writeFile(countsFile, JSON.stringify({ passed, failed }));
  return failed === 0 && passed > 0 ? 0 : 1;
}

/**
 * A file that takes long and is begun last is waited for alone. Long ones mostly take long; one that is short and takes
 * long says so in its first line: `// Takes about 60 s.`
 */
function longestFirst(files: readonly string[]): string[] {
  const expected = new Map(files.map((file) => [file, expectedSeconds(readFileSync(file, 'utf8'))]));
  const of = (file: string) => expected.get(file) ?? 0;
  return files.toSorted((a, b) => of(b) - of(a));
}

const TAKES = /^\/\/ Takes about (\d+) s\./;
const CHARACTERS_PER_SECOND = 1_000;

function expectedSeconds(text: string): number {
  return Number(TAKES.exec(text)?.[1] ?? text.length / CHARACTERS_PER_SECOND);
}

process.exitCode = await main(process.argv.slice(2));
