import type { Documents } from '../call/documents.ts';

const MOST_TIMES = 200;
const MOST_ACCOUNTS = 1_000;

/** How long each account's last documents took. */
export class RecentDocuments {
  readonly #times = new Map<string, { readonly ms: number[]; next: number }>();

  took(accountSid: string, ms: number): void {
    let kept = this.#times.get(accountSid);
    if (kept === undefined) {
      kept = { ms: [], next: 0 };
      this.#times.set(accountSid, kept);
      for (const oldest of this.#times.keys()) {
        if (this.#times.size <= MOST_ACCOUNTS) break;
        this.#times.delete(oldest);
      }
    }
    kept.ms[kept.next] = ms;
    kept.next = (kept.next + 1) % MOST_TIMES;
  }

  /** Milliseconds; undefined when there were no documents. */
  p95(accountSid: string): number | undefined {
    const sorted = this.#times.get(accountSid)?.ms.toSorted((a, b) => a - b);
    const found = sorted?.[Math.ceil(sorted.length * 0.95) - 1];
    return found === undefined ? undefined : Math.round(found);
  }

  /** The documents, each of whose requests is counted. */
  counting(documents: Documents): Documents {
    return {
      request: async (request) => {
        const reply = await documents.request(request);
        this.took(request.accountSid, reply.durationMs);
        return reply;
      },
      cookies: (kept) => documents.cookies(kept),
    };
  }
}
