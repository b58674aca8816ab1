import type { ClientRecord } from '../records/repositories.ts';

/** What REST asks of browser phones; main connects it. */
export interface WebPhoneAccess {
  /** Where a page connects to: `wss://host/sip`. */
  readonly url: string;
  /** The host of the phones' SIP URIs. */
  readonly host: string;
  /** Brings the client's tokens to Asterisk; phones that are registered with one of the `gone` ones are not any more. */
  tokensChanged(client: ClientRecord, gone: readonly string[]): Promise<void>;
  /** Accounts were suspended, closed or activated: tokens of others than active ones must not work. */
  accountsChanged(): Promise<void>;
  /** A token will expire then. */
  willExpire(at: number): void;
}

/** STUN and TURN servers, for browsers. */
export interface IceSettings {
  readonly stunUrls: readonly string[];
  /** A coturn with `use-auth-secret`. */
  readonly turn?:
    | { readonly urls: readonly string[]; readonly secret: string; readonly ttlS: number }
    | undefined;
}
