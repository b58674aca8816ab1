import { CookieJar, type SerializedCookie } from 'tough-cookie';
import type { Cookies } from '../call/documents.ts';

/** What browsers take; a longer one is ignored. */
const LONGEST_COOKIE = 4096;
/** Of one call, from all origins together: the oldest go first. */
const MOST_COOKIES = 50;
/** As they are kept, that is with their attributes. */
const MOST_CHARACTERS = 16_384;
/** Of one reply; a server that sends more does not mean it. */
const MOST_LINES = 100;

/**
 * The cookies of one call. Each origin (scheme, host and port) has a jar of its own: a cookie goes back to where it
 * came from and never to another host, whatever its Domain says.
 */
export class CallCookies implements Cookies {
  readonly #jars = new Map<string, CookieJar>();

  /** From what `kept` gave; what cannot be read of it is no cookie. */
  constructor(kept?: unknown) {
    for (const [origin, cookies] of Object.entries((kept ?? {}) as Record<string, SerializedCookie[]>)) {
      const settings = { version: '', storeType: null, rejectPublicSuffixes: true };
      this.#jars.set(origin, CookieJar.deserializeSync({ ...settings, cookies }));
    }
  }

  headerFor(url: string): string | undefined {
    const header = this.#jars.get(new URL(url).origin)?.getCookieStringSync(url) ?? '';
    return header === '' ? undefined : header;
  }

  set(url: string, setCookie: readonly string[]): void {
    const { origin } = new URL(url);
    const jar = this.#jars.get(origin) ?? new CookieJar();
    for (const line of setCookie.slice(0, MOST_LINES)) {
      // What is malformed, or meant for another host, is left out.
      if (line.length <= LONGEST_COOKIE) jar.setCookieSync(line, url, { ignoreError: true });
    }
    this.#jars.set(origin, jar);
    this.#dropOldest();
  }

  kept(): unknown {
    const filled = [...this.#jars]
      .map(([origin, jar]) => [origin, cookiesIn(jar)] as const)
      .filter(([, cookies]) => cookies.length > 0);
    return filled.length === 0 ? undefined : Object.fromEntries(filled);
  }

  #dropOldest(): void {
    const all = [...this.#jars.values()].flatMap((jar) => cookiesIn(jar).map((cookie) => ({ jar, cookie })));
    const inOrder = all.toSorted((one, other) => madeAt(one.cookie).localeCompare(madeAt(other.cookie)));
    let characters = 0;
    for (const [index, { jar, cookie }] of inOrder.toReversed().entries()) {
      characters += JSON.stringify(cookie).length;
      if (index < MOST_COOKIES && characters <= MOST_CHARACTERS) continue;
      const { domain, path, key } = cookie as Readonly<Record<'domain' | 'path' | 'key', string>>;
      jar.store.removeCookie(domain, path, key, () => undefined);
    }
  }
}

/** In the order in which they were made. */
function cookiesIn(jar: CookieJar): readonly SerializedCookie[] {
  return jar.serializeSync()?.cookies ?? [];
}

/** ISO 8601. */
function madeAt({ creation }: SerializedCookie): string {
  return String(creation);
}
