import { z } from 'zod';
import { iso8601 } from '../../../call/dates.ts';
import type { SipEnd } from '../../../call/sip-trace.ts';
import { resource, type Shown } from '../../reply.ts';
import { sid, text, timestamp, whole } from '../../reply-parts.ts';
import type { SipLine } from './sip-lines.ts';

/** A SIP message of a leg. */
export const SIP_MESSAGE = resource('SipMessage', {
  n: text.meta({ description: 'What tells the message from all others of the call' }),
  call_sid: sid('CA'),
  sip_call_id: text,
  timestamp,
  direction: z.enum(['sent', 'received']).meta({ description: 'As Asterisk sees it' }),
  transport: text,
  source: text.meta({ description: 'Address and port' }),
  destination: text,
  start_line: text,
  content: text.meta({ description: 'The whole message; credentials, keys and digits are cut out of it' }),
  omitted_before: whole.meta({ description: 'How many messages were left out in front of it' }),
});

/** Messages are left out in the middle of a trace: those before it are the first ones. */
const KEPT_IN_FRONT = 100;

export function presentSipMessage({ trace, message, index }: SipLine): Shown<typeof SIP_MESSAGE> {
  const { at, isSent, transport, source, destination, text: content } = message;
  return {
    n: `${trace.sipCallId}/${index < KEPT_IN_FRONT ? index : index + trace.omitted}`,
    call_sid: trace.callSid,
    sip_call_id: trace.sipCallId,
    timestamp: iso8601(at),
    direction: isSent ? 'sent' : 'received',
    transport,
    source: endText(source),
    destination: endText(destination),
    start_line: content.split('\r\n', 1)[0] ?? '',
    content,
    omitted_before: index === KEPT_IN_FRONT ? trace.omitted : 0,
  };
}

function endText({ address, port }: SipEnd): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
