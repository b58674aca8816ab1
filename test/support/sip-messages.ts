/** A SIP message of these lines, with its Content-Length. */
export function sip(lines: readonly string[], body = ''): string {
  return [...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

export interface Request {
  readonly method?: string;
  readonly from?: string;
  readonly to?: string;
  readonly toTag?: string;
  readonly callId?: string;
  readonly cseq?: number;
  /** The username of a digest. */
  readonly credentials?: string;
  readonly more?: readonly string[];
}

/** A REGISTER, or another request, as JsSIP writes it. */
export function registerOf(request: Request = {}): string {
  const {
    method = 'REGISTER',
    from = 'alice~web',
    to = from,
    toTag,
    callId = 'c1',
    cseq = 1,
    credentials,
  } = request;
  return sip([
    `${method} sip:legwork SIP/2.0`,
    `Via: SIP/2.0/WS x.invalid;branch=z9hG4bK${callId}${cseq}`,
    'Max-Forwards: 69',
    `To: <sip:${to}@legwork>${toTag === undefined ? '' : `;tag=${toTag}`}`,
    `From: <sip:${from}@legwork>;tag=1`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    'Contact: <sip:x@x.invalid;transport=ws>;expires=300',
    'User-Agent: JsSIP 3.13.8',
    ...(credentials === undefined
      ? []
      : [`Authorization: Digest realm="legwork", username="${credentials}", response="0"`]),
    ...(request.more ?? []),
  ]);
}

/** The reply to a request of `registerOf`. */
export function replyTo(request: Request, status: number, more: readonly string[] = []): string {
  const { method = 'REGISTER', from = 'alice~web', to = from, callId = 'c1', cseq = 1 } = request;
  return sip([
    `SIP/2.0 ${status} Whatever`,
    `Via: SIP/2.0/WS x.invalid;branch=z9hG4bK${callId}${cseq}`,
    `To: <sip:${to}@legwork>;tag=2`,
    `From: <sip:${from}@legwork>;tag=1`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    ...more,
  ]);
}
