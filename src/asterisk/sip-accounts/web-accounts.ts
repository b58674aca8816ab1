import { webEndpointOf } from '../../call/routing/sip-names.ts';
import { KeyedSerial } from '../../concurrency/serial.ts';
import type { MediaSettings, SipClient, WebPhoneSettings, WebToken } from './sip-object.ts';
import type { SipObjects } from './sip-objects.ts';
import { webObjects } from './web-objects.ts';

/** The tokens that pages sign in with; given a login, only those of that client. */
export type WebTokensOf = (login?: string) => Promise<readonly (WebToken & { readonly login: string })[]>;

export type WebTokensByLogin = ReadonlyMap<string, readonly WebToken[]>;

interface WebAccountsOptions extends MediaSettings {
  readonly web: WebPhoneSettings;
  readonly webTokens: WebTokensOf | undefined;
}

/** What Asterisk has of clients' browser phones. Everything rejects with AriError. */
export class WebAccounts {
  readonly #objects: SipObjects;
  readonly #options: WebAccountsOptions;
  /** The changes of one client are made one after another: the last one has read the tokens last. */
  readonly #turns = new KeyedSerial();
  /** The clients that have changed since all tokens were read. */
  readonly #changed = new Set<string>();

  constructor(objects: SipObjects, options: WebAccountsOptions) {
    this.#objects = objects;
    this.#options = options;
  }

  /** All tokens, by the login in lower case. */
  async allTokens(): Promise<WebTokensByLogin> {
    this.#changed.clear();
    return byLogin(await this.#read());
  }

  /** Brings the client to Asterisk with the tokens that it has now; `known` are those of all clients, read before. */
  push(client: SipClient, known?: WebTokensByLogin): Promise<void> {
    const login = client.login.toLowerCase();
    if (known === undefined) this.#changed.add(login);
    return this.#turns.run(login, async () => {
      const read = known === undefined || this.#changed.has(login) ? byLogin(await this.#read(login)) : known;
      const tokens = read.get(login) ?? [];
      const id = webEndpointOf(login);
      const objects = webObjects(client, tokens, this.#options);
      if (this.#objects.isPushed(id, objects)) return;
      const before = await authsOf(this.#objects, id);
      await this.#objects.push(id, objects);
      const now = new Set(objects.map((object) => object.id));
      for (const auth of before) if (!now.has(auth)) await this.#objects.delete('auth', auth);
    });
  }

  async #read(login?: string) {
    return (await this.#options.webTokens?.(login)) ?? [];
  }
}

export async function removeWebEndpoint(objects: SipObjects, id: string): Promise<void> {
  objects.forget(id);
  const auths = new Set([id, ...(await authsOf(objects, id))]);
  await objects.delete('endpoint', id);
  await objects.delete('aor', id);
  for (const auth of auths) await objects.delete('auth', auth);
}

async function authsOf(objects: SipObjects, id: string): Promise<readonly string[]> {
  return (await objects.attribute('endpoint', id, 'auth'))?.split(',') ?? [];
}

function byLogin(tokens: readonly (WebToken & { readonly login: string })[]): WebTokensByLogin {
  const found = new Map<string, WebToken[]>();
  for (const { login, username, ha1 } of tokens) {
    const key = login.toLowerCase();
    found.set(key, [...(found.get(key) ?? []), { username, ha1 }]);
  }
  return found;
}
