import { randomBytes } from 'node:crypto';
import type { SipRequest } from './sip-message.ts';

const REASONS = {
  403: 'Forbidden',
  481: 'Call/Transaction Does Not Exist',
} as const;

/** A reply of our own to a request of a browser; `why` is for whoever reads its console. */
export function sipReply(
  { lines, toTag }: SipRequest,
  status: keyof typeof REASONS,
  why: string,
  retryAfterS = 0,
): string {
  const all = (name: string, shown: string) => (lines.get(name) ?? []).map((value) => `${shown}: ${value}`);
  const [to = ''] = lines.get('to') ?? [];
  return [
    `SIP/2.0 ${status} ${REASONS[status]}`,
    ...all('via', 'Via'),
    ...all('from', 'From'),
    `To: ${to}${toTag === undefined ? `;tag=${randomBytes(6).toString('hex')}` : ''}`,
    ...all('call-id', 'Call-ID'),
    ...all('cseq', 'CSeq'),
    `Warning: 399 legwork "${why}"`,
    ...(retryAfterS > 0 ? [`Retry-After: ${retryAfterS}`] : []),
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n');
}
