/** What retries a document request: a status of the reply, no connection, or no reply in time. */
export type RetryReason = '4xx' | '5xx' | 'ct' | 'rt';

/** What a URL's fragment says about its request, as with Twilio: `#ct=2000&rt=4000&tt=9000&rc=2&rp=5xx,ct`. */
export interface UrlOverrides {
  /** For the look-up, the connection and TLS, each. */
  readonly connectMs?: number;
  /** For the first byte of the reply. */
  readonly readMs?: number;
  /** For the whole request; with retries, for all of them. */
  readonly totalMs?: number;
  readonly retries: number;
  readonly retryOn: readonly RetryReason[];
}

const REASONS: readonly RetryReason[] = ['4xx', '5xx', 'ct', 'rt'];

/** Reads a URL's fragment. What it does not know, and what is out of its range, is as if it were not there. */
export function overridesIn(url: string): UrlOverrides {
  const mark = url.indexOf('#');
  const given = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
  const within = (name: string, least: number, most: number) => {
    const text = given.get(name) ?? '';
    const value = Number(text);
    return /^\d{1,5}$/.test(text) && value >= least && value <= most ? value : undefined;
  };
  const [connectMs, readMs, totalMs] = [
    within('ct', 100, 10_000),
    within('rt', 100, 15_000),
    within('tt', 100, 15_000),
  ];
  const policy = given.get('rp')?.toLowerCase().split(',') ?? [];
  const named = policy.includes('all') ? REASONS : REASONS.filter((reason) => policy.includes(reason));
  return {
    ...(connectMs === undefined ? {} : { connectMs }),
    ...(readMs === undefined ? {} : { readMs }),
    ...(totalMs === undefined ? {} : { totalMs }),
    retries: within('rc', 0, 5) ?? (named.length > 0 ? 1 : 0),
    retryOn: named.length > 0 ? named : ['ct'],
  };
}
