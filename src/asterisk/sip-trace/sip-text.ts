/** What the head of a SIP message says. */
export interface SipHead {
  readonly callId: string;
  /** Of the CSeq: the request's method, also in a response. */
  readonly method: string;
  /** Of the topmost Via, in lower case. */
  readonly transport: string | undefined;
}

const CALL_ID = /^(?:call-id|i)[ \t]*:[ \t]*(\S+)/im;
const CSEQ = /^cseq[ \t]*:[ \t]*\d+[ \t]+([a-z]+)/im;
const VIA = /^(?:via|v)[ \t]*:[ \t]*sip[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*([a-z]+)/im;
const LENGTH = /^(?:content-length|l)[ \t]*:[ \t]*(\d+)/im;
const END_OF_HEAD = '\r\n\r\n';

/** Reads the head; undefined when it is none of a SIP message. */
export function readSipHead(text: string): SipHead | undefined {
  const end = text.indexOf(END_OF_HEAD);
  const head = end < 0 ? text : text.slice(0, end);
  if (!/^(?:sip\/2\.0 \d{3}|[a-z]+ \S+ sip\/2\.0)/i.test(head)) return undefined;
  const callId = CALL_ID.exec(head)?.[1];
  const method = CSEQ.exec(head)?.[1]?.toUpperCase();
  if (callId === undefined || method === undefined) return undefined;
  return { callId, method, transport: VIA.exec(head)?.[1]?.toLowerCase() };
}

/** The messages in what came over a stream: Asterisk reports all that it has read at once. */
export function messagesIn(text: string): readonly string[] {
  const found: string[] = [];
  let rest = text.replace(/^[\r\n]+/, '');
  while (rest !== '') {
    const end = rest.indexOf(END_OF_HEAD);
    const bytes = end < 0 ? undefined : LENGTH.exec(rest.slice(0, end))?.[1];
    // Over a WebSocket a message is a frame, and need not say how long it is (RFC 7118).
    if (bytes === undefined) return [...found, rest];
    const whole = end + END_OF_HEAD.length + Number(bytes);
    found.push(rest.slice(0, whole));
    rest = rest.slice(whole).replace(/^[\r\n]+/, '');
  }
  return found;
}
