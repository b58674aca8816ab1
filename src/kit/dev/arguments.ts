import { isHttpUrl } from '../../lint/arguments.ts';
import { readOptions } from '../command-line.ts';
import { type Chaos, parseChaos, TROUBLES } from '../world/chaos.ts';
import { DEFAULT_AUTH_TOKEN } from '../world/identity.ts';

/** What the command line of `legwork dev` asks for. */
export interface DevOrder {
  /** Where the first document is. */
  readonly url: string;
  readonly statusCallback?: string;
  readonly from: string;
  readonly to: string;
  /** The file that the session is written to as a scenario. */
  readonly record?: string;
  readonly chaos?: Chaos;
  readonly authToken: string;
}

const DEFAULT_URL = 'http://127.0.0.1:3000/voice';

export const USAGE = `Usage: npx legwork dev [options]

Calls an application server from the keyboard, without a phone: what is heard, each request and each document with its
mistakes are shown as they come.

  --url URL               the first document (default: ${DEFAULT_URL})
  --status-callback URL   the status callback of the number that is called
  --from NAME, --to NUMBER   who calls whom (default: alice, +15550001)
  --record FILE           writes each call as a scenario for legwork test
  --chaos LIST            ${TROUBLES.join(',')}, with :RATE for the part of the requests (default: 0.2)
  --auth-token T          signs the requests (default: ${DEFAULT_AUTH_TOKEN})

Keys: 0-9 * # are pressed, h hangs up, c NAME calls as somebody else, s TEXT says something, t changes between the
caller's phone and the callee's; while a phone rings: a answers, b is busy, n lets it ring, d declines; q quits.
Without a terminal each line of standard input is one of these; w 2s waits.
`;

const OPTIONS = {
  url: { type: 'string' },
  'status-callback': { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  record: { type: 'string' },
  chaos: { type: 'string' },
  'auth-token': { type: 'string' },
} as const;

/** Reads the command line; a string says what is wrong with it. */
export function parseArguments(args: readonly string[]): DevOrder | string {
  const read = readOptions({ args: [...args], options: OPTIONS });
  if (typeof read === 'string') return read;
  const { values } = read;
  const url = values.url ?? DEFAULT_URL;
  const statusCallback = values['status-callback'];
  for (const [name, given] of [
    ['--url', url],
    ['--status-callback', statusCallback ?? url],
  ] as const) {
    if (!isHttpUrl(given)) return `${name} must be an http or https URL`;
  }
  const chaos = values.chaos === undefined ? undefined : parseChaos(values.chaos);
  if (typeof chaos === 'string') return chaos;
  return {
    url,
    from: values.from ?? 'alice',
    to: values.to ?? '+15550001',
    authToken: values['auth-token'] ?? DEFAULT_AUTH_TOKEN,
    ...(statusCallback === undefined ? {} : { statusCallback }),
    ...(values.record === undefined ? {} : { record: values.record }),
    ...(chaos === undefined ? {} : { chaos }),
  };
}
