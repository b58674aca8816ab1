/** The account whose calls are simulated. */
export const ACCOUNT_SID = `AC${'0'.repeat(31)}1`;

/** The AuthToken unless another one is given: known to everybody, so of no use anywhere else. */
export const DEFAULT_AUTH_TOKEN = 'legwork-author-token';

/** Says with what requests are signed; a token of the user's own is not shown. */
export function signedWith(authToken: string): string {
  const token = authToken === DEFAULT_AUTH_TOKEN ? `the AUTH_TOKEN ${authToken}` : 'the given AUTH_TOKEN';
  return `Requests are signed with ${token}.`;
}

/** What PUBLIC_URL is by default; nothing listens there. */
export const PUBLIC_URL = 'http://127.0.0.1:8080';
