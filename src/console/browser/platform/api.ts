/** A refusal of the REST API, in its own words; status 0 when Legwork could not be reached. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: number | undefined;

  constructor(status: number, message: string, code?: number) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export type Form = Readonly<Record<string, string>>;

export interface Asked {
  readonly form?: Form;
  readonly signal?: AbortSignal;
}

/** A page of a list of REST. */
export interface ListPage<T> {
  readonly items: readonly T[];
  /** Undefined beyond 10,000 matches, which are not counted. */
  readonly total: number | undefined;
  readonly nextUri: string | undefined;
}

const VERSION = '/2012-04-24';

/** The REST API as the pages use it: with the session's cookie, which script cannot read. */
export class Api {
  readonly accountSid: string;
  readonly #onSignedOut: () => void;

  constructor(accountSid: string, onSignedOut: () => void) {
    this.accountSid = accountSid;
    this.#onSignedOut = onSignedOut;
  }

  /** The path of what is below the account: `/Calls` with a query, if any. */
  path(below: string): string {
    const [plain = '', query] = below.split('?', 2);
    return `${VERSION}/Accounts/${this.accountSid}${plain}.json${query === undefined ? '' : `?${query}`}`;
  }

  /** The address that a program outside would ask. */
  url(below: string): string {
    return new URL(this.path(below), location.origin).href;
  }

  get<T>(below: string, signal?: AbortSignal): Promise<T> {
    return this.#ask<T>('GET', this.path(below), signal === undefined ? {} : { signal });
  }

  post<T>(below: string, form: Form): Promise<T> {
    return this.#ask<T>('POST', this.path(below), { form });
  }

  remove(below: string): Promise<void> {
    return this.#ask<void>('DELETE', this.path(below), {});
  }

  /** The account that has signed in, and all below it. */
  async accounts<T>(signal?: AbortSignal): Promise<readonly T[]> {
    return (await this.next<T>(`${VERSION}/Accounts.json?PageSize=1000`, 'accounts', signal)).items;
  }

  /** A page of a list; `key` is the name of its array. */
  async list<T>(below: string, key: string, signal?: AbortSignal): Promise<ListPage<T>> {
    return pageOf<T>(await this.get<Record<string, unknown>>(below, signal), key);
  }

  /** The page that a list's `next_page_uri` leads to. */
  async next<T>(uri: string, key: string, signal?: AbortSignal): Promise<ListPage<T>> {
    const page = await this.#ask<Record<string, unknown>>('GET', uri, signal === undefined ? {} : { signal });
    return pageOf<T>(page, key);
  }

  /** All of a list, page after page. */
  async all<T>(below: string, key: string, signal?: AbortSignal): Promise<readonly T[]> {
    const items: T[] = [];
    let page = await this.list<T>(below, key, signal);
    items.push(...page.items);
    while (page.nextUri !== undefined) {
      page = await this.next<T>(page.nextUri, key, signal);
      items.push(...page.items);
    }
    return items;
  }

  async #ask<T>(method: string, path: string, asked: Asked): Promise<T> {
    return ask<T>(method, path, asked).catch((error: unknown) => {
      if (error instanceof ApiFailure && error.status === 401) this.#onSignedOut();
      throw error;
    });
  }
}

function pageOf<T>(page: Readonly<Record<string, unknown>>, key: string): ListPage<T> {
  const items = page[key];
  const [total, nextUri] = [page['total'], page['next_page_uri']];
  return {
    items: Array.isArray(items) ? (items as readonly T[]) : [],
    total: typeof total === 'number' ? total : undefined,
    nextUri: typeof nextUri === 'string' ? nextUri : undefined,
  };
}

/** A request to Legwork of our own. @throws ApiFailure */
export async function ask<T>(method: string, path: string, { form, signal }: Asked): Promise<T> {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    // Tells Legwork that this is the console's own script, which no page of another site can say.
    headers: { Accept: 'application/json', 'X-Legwork-Console': '1' },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiFailure(0, 'Legwork does not answer.');
  });
  const text = await response.text();
  if (!response.ok) throw failureOf(response.status, text);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

function failureOf(status: number, text: string): ApiFailure {
  try {
    const { message, code } = JSON.parse(text) as { message?: unknown; code?: unknown };
    return new ApiFailure(status, String(message), typeof code === 'number' ? code : undefined);
  } catch {
    return new ApiFailure(status, `HTTP ${status}`);
  }
}

/** What of an error people can do something with. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
