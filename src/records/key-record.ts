/** What the requests that a key authenticates may do: everything, or only read. */
export type KeyScope = 'all' | 'read';

/** An API key: it authenticates as its account, but never signs, and gives no access to AuthTokens and other keys. */
export interface KeyRecord {
  readonly sid: string;
  readonly accountSid: string;
  readonly friendlyName: string;
  /** SHA-256 of the secret in hex. The secret is random, so its hash cannot be turned back; it is stored nowhere. */
  readonly secretHash: string;
  readonly scope: KeyScope;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}
