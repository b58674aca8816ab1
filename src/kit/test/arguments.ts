import { isHttpUrl } from '../../lint/arguments.ts';
import { readOptions } from '../command-line.ts';
import { type Chaos, parseChaos, TROUBLES } from '../world/chaos.ts';
import { DEFAULT_AUTH_TOKEN } from '../world/identity.ts';

/** What the command line of `legwork test` asks for. */
export interface TestOrder {
  /** Files, and folders whose .yaml files are meant. */
  readonly paths: readonly string[];
  /** The command that starts the application server. */
  readonly serverCommand?: string;
  /** Where it is when we do not start it. */
  readonly url: string;
  readonly update: boolean;
  /** The file for the report of a CI server. */
  readonly junit?: string;
  readonly authToken: string;
  /** Scenarios at one time. */
  readonly jobs: number;
  readonly chaos?: Chaos;
  readonly seed?: number;
  /** Mistakes in documents, and callbacks that are not accepted, let a scenario fail. */
  readonly strict: boolean;
}

const DEFAULT_URL = 'http://127.0.0.1:3000';
const DEFAULT_JOBS = 10;

export const USAGE = `Usage: npx legwork test [options] FILE.yaml|FOLDER …

Performs scenarios on a simulated switch: the interpreter, the compiler and the callbacks are those of a real call.

  --server COMMAND   starts the application server, with PORT, ACCOUNT_SID and AUTH_TOKEN set, and stops it afterwards
  --url URL          where the application server is, if it runs already (default: ${DEFAULT_URL})
  --update           writes the transcripts instead of comparing them
  --junit FILE       writes a report for CI servers
  --jobs N           scenarios at one time (default: ${DEFAULT_JOBS}); 1 for a server that remembers things across calls
  --auth-token T     signs the requests (default: ${DEFAULT_AUTH_TOKEN})
  --strict           mistakes in documents, and callbacks that are not accepted, fail a scenario
  --chaos LIST       ${TROUBLES.join(',')}, with :RATE for the part of the requests (default: 0.2);
                     transcripts are not compared then
  --seed N           repeats the chaos of an earlier run

Exit code: 0 all scenarios pass, 1 one fails, 2 wrong usage, a mistake in a scenario, or a server that does not start.
`;

const OPTIONS = {
  server: { type: 'string' },
  url: { type: 'string' },
  update: { type: 'boolean' },
  junit: { type: 'string' },
  jobs: { type: 'string' },
  'auth-token': { type: 'string' },
  strict: { type: 'boolean' },
  chaos: { type: 'string' },
  seed: { type: 'string' },
} as const;

/** Reads the command line; a string says what is wrong with it. */
export function parseArguments(args: readonly string[]): TestOrder | string {
  const read = readOptions({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (typeof read === 'string') return read;
  const { values, positionals } = read;
  const chaos = values.chaos === undefined ? undefined : parseChaos(values.chaos);
  if (typeof chaos === 'string') return chaos;
  const jobs = values.jobs === undefined ? DEFAULT_JOBS : wholeNumber(values.jobs);
  if (jobs === undefined || jobs < 1) return '--jobs must be a whole number from 1 on';
  const seed = values.seed === undefined ? undefined : wholeNumber(values.seed);
  if (values.seed !== undefined && seed === undefined) return '--seed must be a whole number';
  const url = values.url ?? DEFAULT_URL;
  if (!isHttpUrl(url)) return '--url must be an http or https URL';
  if (values.url !== undefined && values.server !== undefined) return '--server and --url exclude each other';
  if (positionals.length === 0) return 'No scenario was given';
  return {
    paths: positionals,
    url: new URL(url).origin,
    update: values.update ?? false,
    authToken: values['auth-token'] ?? DEFAULT_AUTH_TOKEN,
    jobs,
    strict: values.strict ?? false,
    ...(values.server === undefined ? {} : { serverCommand: values.server }),
    ...(values.junit === undefined ? {} : { junit: values.junit }),
    ...(chaos === undefined ? {} : { chaos }),
    ...(seed === undefined ? {} : { seed }),
  };
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
