import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What one node says to another with a request that it forwards. */
export interface ForwardedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: Uint8Array;
  /** Milliseconds since the epoch, by the database's clock. */
  readonly time: number;
  /** The account that asks, which the first node has authenticated. */
  readonly accountSid: string;
  /** The node that forwards it. */
  readonly node: string;
}

export const FORWARD_HEADERS = {
  node: 'x-legwork-node',
  time: 'x-legwork-time',
  account: 'x-legwork-account',
  bodyHash: 'x-legwork-body',
  signature: 'x-legwork-signature',
  /** Of a 421: who has what was asked for. */
  holder: 'x-legwork-holder',
} as const;

/** How old, or how far in the future, a forwarded request may be. */
const WINDOW_MS = 30_000;
const KEY_BYTES = 32;

/** The key for this purpose alone: whoever learns it learns nothing of the installation's key. */
export function forwardKey(secretKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secretKey, 'legwork', 'forwarded requests', KEY_BYTES));
}

/** The headers that prove to another node that this one forwards the request. */
export function signForward(key: Uint8Array, request: ForwardedRequest): Readonly<Record<string, string>> {
  const hash = bodyHashOf(request.body);
  const { node, time, accountSid } = request;
  return {
    [FORWARD_HEADERS.node]: node,
    [FORWARD_HEADERS.time]: String(time),
    [FORWARD_HEADERS.account]: accountSid,
    [FORWARD_HEADERS.bodyHash]: hash,
    [FORWARD_HEADERS.signature]: signatureOf(key, { ...request, hash }),
  };
}

/** Who forwards, for whom, and what the body must be. */
export interface Forwarder {
  readonly node: string;
  readonly accountSid: string;
  readonly bodyHash: string;
}

/** What the headers of a request prove; a sentence when they prove nothing; undefined when it was not forwarded. */
export function readForward(
  key: Uint8Array,
  request: { readonly method: string; readonly path: string; header(name: string): string },
  now: number,
): Forwarder | string | undefined {
  const given = request.header(FORWARD_HEADERS.signature);
  if (given === '') return undefined;
  const node = request.header(FORWARD_HEADERS.node);
  const time = Number(request.header(FORWARD_HEADERS.time));
  const accountSid = request.header(FORWARD_HEADERS.account);
  const hash = request.header(FORWARD_HEADERS.bodyHash);
  const right = signatureOf(key, {
    method: request.method,
    path: request.path,
    time,
    accountSid,
    node,
    hash,
  });
  if (!isSame(given, right))
    return 'The signature of the forwarded request is wrong: nodes need the same secret key';
  if (!(Math.abs(now - time) <= WINDOW_MS)) return 'The forwarded request is too old';
  return { node, accountSid, bodyHash: hash };
}

export function bodyHashOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('base64url');
}

function signatureOf(
  key: Uint8Array,
  signed: Omit<ForwardedRequest, 'body'> & { readonly hash: string },
): string {
  const { method, path, time, accountSid, node, hash } = signed;
  const text = [method, path, time, accountSid, node, hash].join('\n');
  return createHmac('sha256', key).update(text).digest('base64url');
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
