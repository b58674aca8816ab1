import assert from 'node:assert/strict';
import type { ApplicationServer, ReceivedRequest } from './application-server.ts';

/** Every request must be signed, and carry a token and our name; sounds are fetched like by anybody. */
export function assertGenuine(requests: readonly ReceivedRequest[], authToken: string): void {
  const seen = new Map<string, string>();
  for (const request of requests) {
    const { params, headers } = request;
    assert.match(headers['user-agent'] ?? '', /^Legwork\//);
    if (isFile(request)) continue;
    assert.ok(request.signatureValid(authToken), `signature of ${request.target}`);
    assert.equal(headers['x-restcomm-signature'], headers['x-twilio-signature']);
    const token = headers['i-idempotency-token'] ?? '';
    assert.match(token, /\S{8}/);
    const content = JSON.stringify(params);
    assert.equal(seen.get(token) ?? content, content, 'a token that comes again is of a repeated request');
    seen.set(token, content);
  }
}

/**
 * One list per leg and path, in the order of arrival. `once`: without what came again with the same token, as
 * it may when a process died.
 */
export function describeRequests(
  { requests, origin }: ApplicationServer,
  names: Readonly<Record<string, string>>,
  once = false,
): Record<string, string[]> {
  const lists: Record<string, string[]> = {};
  const tokens = new Set<string>();
  for (const request of requests) {
    const token = request.headers['i-idempotency-token'];
    if (once && token !== undefined && tokens.has(token)) continue;
    if (token !== undefined) tokens.add(token);
    const to = request.params['To'] ?? '';
    const leg = isFile(request) ? 'file' : (names[to] ?? `unknown leg to ${to}`);
    (lists[`${leg} ${request.path}`] ??= []).push(described(request).replaceAll(origin, ''));
  }
  return lists;
}

/** What varies from run to run, or is tested on its own. */
const LEFT_OUT = new Set([
  'CallSid',
  'AccountSid',
  'ParentCallSid',
  'ApiVersion',
  'CallTimestamp',
  'Timestamp',
  'CallbackSource',
  'OutboundCallSid',
  'DialCallSid',
  'DialSipCallId',
  'From',
  'To',
  'Caller',
  'Called',
  'CallDuration',
  'DialCallDuration',
  'SipResponseCode',
  'DialRingDuration',
]);

function described({ method, params }: ReceivedRequest): string {
  const values = Object.entries(params).filter(([name]) => !LEFT_OUT.has(name));
  return [method, ...values.map(([name, value]) => `${name}=${value}`)].join(' ');
}

function isFile({ params }: ReceivedRequest): boolean {
  return params['CallSid'] === undefined;
}
