import type { AuthHeader, SipRequest, SipResponse } from 'sip';
import { signRequest } from 'sip/digest.js';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** How often we believe a server that calls our nonce stale; it might do so forever. */
export const MOST_CHALLENGES = 3;

export function isChallenge(response: SipResponse): boolean {
  return response.status === 401 || response.status === 407;
}

/** Whether to answer another challenge after this many; otherwise the password is wrong (RFC 3261 22.2). */
export function mayAnswerAgain(response: SipResponse, answered: number): boolean {
  if (answered === 0) return true;
  const stale = md5Challenges(response).some((challenge) => /^"?true"?$/i.test(challenge['stale'] ?? ''));
  return stale && answered < MOST_CHALLENGES;
}

/** Adds the credentials that the challenge asks for; false if it asks for something unsupported. */
export function answerChallenge(
  request: SipRequest,
  challenge: SipResponse,
  credentials: Credentials,
): boolean {
  const usable = md5Challenges(challenge);
  if (usable.length === 0) return false;
  const proxy = challenge.status === 407;
  // Asterisk may offer SHA-256 first; the package takes the first challenge and always computes MD5.
  const name = proxy ? 'proxy-authenticate' : 'www-authenticate';
  const onlyMd5 = { ...challenge, headers: { ...challenge.headers, [name]: usable } };
  signRequest({ qop: 'auth' }, request, onlyMd5, { ...credentials });
  // The package writes "md5"; the registered name is "MD5".
  for (const header of request.headers[proxy ? 'proxy-authorization' : 'authorization'] ?? []) {
    if (header['algorithm'] !== undefined) header['algorithm'] = 'MD5';
  }
  return true;
}

function md5Challenges(response: SipResponse): AuthHeader[] {
  const headers = response.headers[response.status === 407 ? 'proxy-authenticate' : 'www-authenticate'] ?? [];
  return headers.filter((header) => /^"?md5"?$/i.test(header['algorithm'] ?? 'md5'));
}
