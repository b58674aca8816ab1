import { parseArgs } from 'node:util';

/** Where a running Legwork is, and the account to use there. */
export interface Connection {
  /** Without a slash at the end. */
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
}

interface Attempt {
  readonly timestamp: string;
  readonly request_duration: number;
  readonly response_code: number | null;
  readonly error: string | null;
  readonly response_body: string | null;
}

interface Callback {
  readonly sid: string;
  readonly call_sid: string;
  readonly state: string;
  readonly failure: string | null;
  readonly url: string;
  readonly method: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly date_created: string;
  readonly attempts: readonly Attempt[];
}

export const USAGE = `npm run callbacks -- list   [--state pending|delivered|failed] [--call CA…] [--url URL] [--limit 50]
npm run callbacks -- show   CB…
npm run callbacks -- replay CB… [CB…]
npm run callbacks -- replay --state failed [--call CA…] [--url URL]

--account AC… works on the callbacks of a sub-account.`;

/** What the operator asked for is wrong, or Legwork refuses it; the message says what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

const OPTIONS = {
  state: { type: 'string' },
  call: { type: 'string' },
  url: { type: 'string' },
  limit: { type: 'string' },
  account: { type: 'string' },
} as const;

const DEFAULT_LIMIT = 50;
const PAGE_SIZE = 100;

/**
 * Lists, shows and replays callbacks through the REST API of a running Legwork.
 *
 * @throws CommandError
 */
export async function operateCallbacks(
  args: readonly string[],
  connection: Connection,
  write: (line: string) => void,
): Promise<void> {
  const { positionals, values } = parsed(args);
  const [command, ...sids] = positionals;
  const rest = new Rest(connection, values.account ?? connection.accountSid);
  const filter = { State: values.state, CallSid: values.call, Url: values.url };
  if (command === 'list' && sids.length === 0) {
    const limit = Number(values.limit ?? DEFAULT_LIMIT);
    if (!Number.isInteger(limit) || limit < 1) throw new CommandError(USAGE);
    for await (const callback of rest.list(filter, limit)) write(line(callback));
  } else if (command === 'show' && sids.length === 1) {
    write(JSON.stringify(await rest.send('GET', String(sids[0])), undefined, 2));
  } else if (command === 'replay' && (sids.length > 0 || values.state !== undefined)) {
    await replay(rest, sids.length > 0 ? sids : await sidsOf(rest, filter), write);
  } else {
    throw new CommandError(USAGE);
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch {
    throw new CommandError(USAGE);
  }
}

/** Reads all of them first: a replay changes a callback's state, and with it the list. */
async function sidsOf(rest: Rest, filter: Filter): Promise<readonly string[]> {
  const sids: string[] = [];
  for await (const { sid } of rest.list(filter, Number.POSITIVE_INFINITY)) sids.push(sid);
  // The list is newest first, and in a line the older callback goes out before the newer one.
  return sids.toReversed();
}

async function replay(rest: Rest, sids: readonly string[], write: (line: string) => void): Promise<void> {
  for (const sid of sids) write(line(await rest.send('POST', sid)));
  write(`${sids.length} put back to pending`);
}

function line({ sid, call_sid: call, state, date_created: date, url, attempts, failure }: Callback): string {
  const last = attempts.at(-1);
  const outcome = last === undefined ? 'not tried' : (last.response_code ?? last.error ?? '');
  return [date, sid, call, state, `${attempts.length} tried`, failure ?? outcome, url].join('  ');
}

type Filter = Readonly<Record<string, string | undefined>>;

/** The callbacks of one account over REST. */
class Rest {
  readonly #connection: Connection;
  readonly #path: string;

  constructor(connection: Connection, accountSid: string) {
    this.#connection = connection;
    this.#path = `/2012-04-24/Accounts/${encodeURIComponent(accountSid)}/Callbacks`;
  }

  async *list(filter: Filter, limit: number): AsyncGenerator<Callback> {
    const query = new URLSearchParams({ PageSize: String(PAGE_SIZE) });
    for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, value);
    let left = limit;
    for (let uri: string | null = `${this.#path}.json?${query.toString()}`; uri !== null && left > 0; ) {
      const page: { callbacks: readonly Callback[]; next_page_uri: string | null } = await this.#fetch(
        'GET',
        uri,
      );
      yield* page.callbacks.slice(0, left);
      left -= page.callbacks.length;
      uri = page.next_page_uri;
    }
  }

  /** Reads one, or replays it. */
  async send(method: 'GET' | 'POST', sid: string): Promise<Callback> {
    return this.#fetch(method, `${this.#path}/${encodeURIComponent(sid)}.json`);
  }

  async #fetch<T>(method: 'GET' | 'POST', uri: string): Promise<T> {
    const { url, accountSid, authToken } = this.#connection;
    const credentials = Buffer.from(`${accountSid}:${authToken}`).toString('base64');
    const response = await fetch(url + uri, {
      method,
      headers: { Authorization: `Basic ${credentials}` },
      ...(method === 'POST' ? { body: new URLSearchParams({ Replay: 'true' }) } : {}),
    }).catch((error: unknown) => {
      throw new CommandError(`Legwork does not answer at ${url}: ${String(error)}`);
    });
    const body = (await response.json()) as T & { readonly message?: string };
    if (!response.ok)
      throw new CommandError(body.message ?? `Legwork answered with status ${response.status}`);
    return body;
  }
}
