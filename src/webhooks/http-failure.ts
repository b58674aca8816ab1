import { RequestError, TimeoutError } from 'got';

/** Why a request got no reply. */
export type FailureKind =
  | 'invalid-url'
  | 'denied' // by WEBHOOK_DENY
  | 'unknown-host'
  | 'refused'
  | 'timeout'
  | 'connection' // broke off
  | 'protocol' // what came was not HTTP
  | 'tls'
  | 'certificate-name'
  | 'certificate-expired'
  | 'certificate-untrusted'
  | 'too-large'
  | 'redirects' // more than allowed
  | 'redirect' // to nowhere
  | 'aborted'; // by us

/** `message` is for people and holds neither URL nor secret. */
export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
}

const KIND_BY_CODE: Readonly<Record<string, FailureKind>> = {
  EGRESS_DENIED: 'denied',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  EAI_FAIL: 'unknown-host',
  EAI_NODATA: 'unknown-host',
  ENODATA: 'unknown-host',
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-name',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate-untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate-untrusted',
  CERT_UNTRUSTED: 'certificate-untrusted',
  EPROTO: 'tls',
  ERR_UNSUPPORTED_PROTOCOL: 'invalid-url',
};

const MESSAGES: Readonly<Record<FailureKind, string>> = {
  'invalid-url': 'The URL is not a valid HTTP URL',
  denied: 'Requests to this host are not allowed (WEBHOOK_DENY)',
  'unknown-host': 'The host name could not be resolved',
  refused: 'The connection was refused',
  timeout: 'The request took too long',
  connection: 'The connection broke off',
  protocol: 'The reply was not valid HTTP',
  tls: 'The TLS handshake failed',
  'certificate-name': 'The certificate is for another host name',
  'certificate-expired': 'The certificate is not valid at this time',
  'certificate-untrusted': 'The certificate is not from a trusted authority',
  'too-large': 'The reply is too large',
  redirects: 'There were too many redirects',
  redirect: 'The redirect does not lead to a valid URL',
  aborted: 'The request was cancelled',
};

export function failure(kind: FailureKind, detail?: string): Failure {
  return { kind, message: detail === undefined ? MESSAGES[kind] : `${MESSAGES[kind]} (${detail})` };
}

/** Tells what an error of got or Node means; by its code, never by its text. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TimeoutError) return failure('timeout', `waiting for ${error.event}`);
  const code = codeOf(error);
  if (code === undefined) return failure('connection');
  if (code === 'ERR_ABORTED' || code === 'ABORT_ERR') return failure('aborted');
  if (code.startsWith('HPE_')) return failure('protocol', code);
  if (code.startsWith('Z_') || code.startsWith('ERR_BROTLI') || code.startsWith('ERR__ERROR_FORMAT'))
    return failure('protocol', code); // a body that is not compressed as it says
  const kind = KIND_BY_CODE[code] ?? (code.startsWith('ERR_SSL_') ? 'tls' : 'connection');
  return kind === 'denied' || kind === 'invalid-url' ? failure(kind) : failure(kind, code);
}

/** got wraps Node's errors and keeps their code; ERR_GOT_REQUEST_ERROR says that there was none. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof RequestError && error.code === 'ERR_GOT_REQUEST_ERROR') return codeOf(error.cause);
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
