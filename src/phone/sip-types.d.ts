/** The part of the untyped package `sip` 0.0.6 (node_modules/sip/sip.js and digest.js) that the phones use. */
declare module 'sip' {
  /** A parameter without a value is `null`. */
  export type SipParams = Record<string, string | null>;
  /** Text in messages is "binary": one character per byte. `name` keeps its quotation marks. */
  export interface NameAddress {
    name?: string | undefined;
    uri: string;
    params: SipParams;
  }
  export interface SipUri {
    schema: string;
    user?: string | undefined;
    host: string;
    /** NaN if the URI has none. */
    port: number;
    params: SipParams;
  }
  export interface Route {
    name?: string | undefined;
    uri: SipUri;
    params: SipParams;
  }
  export interface Via {
    version?: string;
    protocol: string;
    host: string;
    port?: number | undefined;
    params: SipParams;
  }
  /** `{scheme, realm, nonce, …}`, values with their quotation marks. */
  export type AuthHeader = Record<string, string | undefined>;
  export interface SipHeaders {
    via: Via[];
    to: NameAddress;
    from: NameAddress;
    'call-id': string;
    cseq: { seq: number; method: string };
    contact?: NameAddress[] | '*';
    route?: Route[];
    'record-route'?: Route[];
    'www-authenticate'?: AuthHeader[];
    'proxy-authenticate'?: AuthHeader[];
    authorization?: AuthHeader[];
    'proxy-authorization'?: AuthHeader[];
    [name: string]: unknown;
  }
  export interface SipRequest {
    method: string;
    uri: string;
    status?: undefined;
    headers: SipHeaders;
    content?: string | undefined;
  }
  export interface SipResponse {
    method?: undefined;
    status: number;
    reason: string;
    headers: SipHeaders;
    content?: string | undefined;
  }
  export type SipMessage = SipRequest | SipResponse;

  /** How a transaction sends. */
  export interface Connection {
    protocol: string;
    send(message: SipMessage): void;
    release(): void;
  }
  export interface Transaction {
    message(message: SipMessage, remote?: unknown): void;
    shutdown(): void;
  }
  export interface ServerTransaction extends Transaction {
    send(response: SipResponse): void;
  }
  export interface TransactionLayer {
    createServerTransaction(request: SipRequest, connection: Connection): ServerTransaction;
    createClientTransaction(
      connection: Connection,
      request: SipRequest,
      onResponse: (response: SipResponse) => void,
    ): Transaction;
    getServer(message: SipMessage): ServerTransaction | undefined;
    getClient(message: SipMessage): Transaction | undefined;
    destroy(): void;
  }

  export function parse(datagram: Uint8Array): SipMessage | undefined;
  export function parseUri(uri: string): SipUri | undefined;
  export function stringify(message: SipMessage): string;
  export function stringifyUri(uri: string | SipUri): string;
  export function makeResponse(request: SipRequest, status: number, reason?: string): SipResponse;
  export function makeTransactionLayer(options: object, openConnection: () => void): TransactionLayer;
}

declare module 'sip/digest.js' {
  import type { SipRequest, SipResponse } from 'sip';
  export function signRequest(
    context: { qop?: string },
    request: SipRequest,
    challenge: SipResponse,
    credentials: { user: string; password: string },
  ): unknown;
}
