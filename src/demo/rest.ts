import { compact } from '../call/compact.ts';
import type { Connection } from './connection.ts';

const TIMEOUT_MS = 10_000;

/** A resource's JSON. */
export type Resource = Readonly<Record<string, unknown>> & { readonly sid: string };

/** Legwork's REST API, as far as the demo uses it. */
export class Rest {
  readonly #root: string;
  readonly #authorization: string;

  constructor({ url, accountSid, authToken }: Connection) {
    this.#root = `${url}/2012-04-24/Accounts/${accountSid}`;
    this.#authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  }

  /** @throws when Legwork refuses or cannot be reached, with its words */
  create(collection: string, parameters: Readonly<Record<string, string>>): Promise<Resource> {
    return this.#ask('POST', collection, new URLSearchParams(parameters));
  }

  read(collection: string, sid: string): Promise<Resource> {
    return this.#ask('GET', `${collection}/${sid}`);
  }

  async remove(collection: string, sid: string): Promise<void> {
    await this.#ask('DELETE', `${collection}/${sid}`);
  }

  async #ask(method: string, path: string, body?: URLSearchParams): Promise<Resource> {
    const response = await fetch(
      `${this.#root}/${path}.json`,
      compact({
        method,
        headers: { authorization: this.#authorization },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        body,
      }),
    ).catch((cause: unknown) => {
      throw new Error(`REST: ${method} ${path}: Legwork cannot be reached`, { cause });
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`REST: ${method} ${path}: ${response.status} ${messageIn(text)}`);
    return (text === '' ? {} : JSON.parse(text)) as Resource;
  }
}

function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : '';
  } catch {
    return text.slice(0, 200); // not from Legwork: show whatever it says
  }
}
