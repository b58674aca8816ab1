import { iso8601 } from '../../src/call/dates.ts';
import type { SipMessage } from '../../src/console/data/resources.ts';
import { BEGAN } from './shown-family.ts';

/** A SIP message as REST shows it, so many milliseconds after the call's beginning; `→` in front: Asterisk sent it. */
export function shownSip(
  ms: number,
  callSid: string,
  told: string,
  {
    cseq = '1 INVITE',
    headers = [],
    body = '',
  }: { cseq?: string; headers?: readonly string[]; body?: string } = {},
): SipMessage {
  const startLine = told.slice(2);
  const head = [startLine, 'Call-ID: a@192.0.2.1', `CSeq: ${cseq}`, ...headers].join('\r\n');
  return {
    n: `a@192.0.2.1/${callSid}/${ms}`,
    call_sid: callSid,
    sip_call_id: 'a@192.0.2.1',
    timestamp: iso8601(BEGAN + ms),
    direction: told.startsWith('→') ? 'sent' : 'received',
    transport: 'udp',
    source: '192.0.2.1:5062',
    destination: '127.0.0.1:5060',
    start_line: startLine,
    content: `${head}\r\n\r\n${body}`,
    omitted_before: 0,
  };
}
