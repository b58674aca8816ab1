/** What of a SIP message decides whether it may pass. */
export type SipMessage = SipRequest | SipResponse;

export interface SipRequest extends SipHead {
  readonly kind: 'request';
  readonly method: string;
  /** The username of its digest; undefined without credentials. */
  readonly credentials?: string;
}

export interface SipResponse extends SipHead {
  readonly kind: 'response';
  readonly status: number;
  /** The password was right, but the challenge that it answers was too old. */
  readonly stale: boolean;
}

interface SipHead {
  readonly callId: string;
  /** Number and method. */
  readonly cseq: string;
  /** The user in From, decoded; undefined when there is none. */
  readonly fromUser?: string;
  readonly toUser?: string;
  readonly toTag?: string;
  readonly userAgent?: string;
  /** The lines that a reply repeats. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
}

const COMPACT: Readonly<Record<string, string>> = {
  f: 'from',
  t: 'to',
  i: 'call-id',
  l: 'content-length',
  v: 'via',
  m: 'contact',
};
const ONCE = ['from', 'to', 'call-id', 'cseq'] as const;
const LONGEST_TEXT = 255;
const TOKEN = "[\\w.!%*+`'~-]+";
const NAME_ADDR = new RegExp(
  `^(?:"(?:\\\\.|[^"\\\\])*"|(?:${TOKEN}[ \\t]+)*(?:${TOKEN})?)[ \\t]*<([^<>"\\s]+)>(.*)$`,
);
const ADDR_SPEC = /^([^<>",;?\s]+)(.*)$/;
const PARAMETERS = new RegExp(
  `^(?:[ \\t]*;[ \\t]*${TOKEN}(?:[ \\t]*=[ \\t]*(?:[\\w.!%*+\`'~:@[\\]/-]+|"[^"\\\\]*"))?)*[ \\t]*$`,
);

/**
 * Reads the one SIP message of a WebSocket message (RFC 7118), strictly: Asterisk must not find another sender in it, or
 * a second message behind it. Undefined when it is not one whole, unambiguous message.
 */
export function readSipMessage(bytes: Uint8Array): SipMessage | undefined {
  // One character for each byte, whatever the encoding.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [start = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = readHeaders(lines);
  if (headers === undefined || /[\r\n\0]/.test(start)) return undefined;
  const head = readHead(headers, text.length - end - 4);
  if (head === undefined) return undefined;
  const [, method] = /^([A-Z]{1,20}) \S+ SIP\/2\.0$/.exec(start) ?? [];
  if (method !== undefined) {
    if (!head.cseq.endsWith(` ${method}`)) return undefined;
    const credentials = credentialsIn(headers);
    return { kind: 'request', method, ...head, ...(credentials === undefined ? {} : { credentials }) };
  }
  const [, status] = /^SIP\/2\.0 ([1-6]\d\d)(?: .*)?$/.exec(start) ?? [];
  if (status === undefined) return undefined;
  const challenges = [
    ...(headers.get('www-authenticate') ?? []),
    ...(headers.get('proxy-authenticate') ?? []),
  ];
  const stale = challenges.some((challenge) => /\bstale\s*=\s*"?true\b/i.test(challenge));
  return { kind: 'response', status: Number(status), stale, ...head };
}

/** The values by names in lower case; undefined when a line is not a plain header. */
function readHeaders(lines: readonly string[]): ReadonlyMap<string, readonly string[]> | undefined {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const [, written, value] = /^([\w.!%*+`'~-]+)[ \t]*:[ \t]*([^\r\n\0]*)$/.exec(line) ?? [];
    if (written === undefined || value === undefined) return undefined;
    const lower = written.toLowerCase();
    const name = COMPACT[lower] ?? lower;
    headers.set(name, [...(headers.get(name) ?? []), value.trim()]);
  }
  return headers;
}

function readHead(headers: ReadonlyMap<string, readonly string[]>, bodyBytes: number): SipHead | undefined {
  if (ONCE.some((name) => headers.get(name)?.length !== 1)) return undefined;
  const lengths = headers.get('content-length') ?? [];
  if (lengths.length > 1 || (lengths[0] ?? '0') !== String(bodyBytes)) return undefined;
  const only = (name: string) => headers.get(name)?.[0] ?? '';
  const [from, to] = [readParty(only('from')), readParty(only('to'))];
  const [, number, method] = /^(\d{1,10})[ \t]+([A-Z]{1,20})$/.exec(only('cseq')) ?? [];
  const callId = only('call-id');
  if (from === undefined || to === undefined || number === undefined || method === undefined)
    return undefined;
  if (!/^\S{1,255}$/.test(callId)) return undefined;
  const userAgent = headers.get('user-agent')?.[0]?.slice(0, LONGEST_TEXT);
  return {
    callId,
    cseq: `${number} ${method}`,
    ...(from.user === undefined ? {} : { fromUser: from.user }),
    ...(to.user === undefined ? {} : { toUser: to.user }),
    ...(to.tag === undefined ? {} : { toTag: to.tag }),
    ...(userAgent === undefined ? {} : { userAgent }),
    lines: headers,
  };
}

interface Party {
  readonly user?: string;
  readonly tag?: string;
}

/** Reads From or To. */
function readParty(value: string): Party | undefined {
  const [, uri, parameters] = NAME_ADDR.exec(value) ?? ADDR_SPEC.exec(value) ?? [];
  if (uri === undefined || parameters === undefined || !PARAMETERS.test(parameters)) return undefined;
  const [, written] = /^sips?:(?:([^@:]+)(?::[^@]*)?@)?[^@]+$/i.exec(uri) ?? [];
  if (!/^sips?:/i.test(uri)) return undefined;
  const [, tag] = /;[ \t]*tag[ \t]*=[ \t]*([^\s;"]+)/i.exec(parameters) ?? [];
  const user = written === undefined ? undefined : decoded(written);
  return { ...(user === undefined ? {} : { user }), ...(tag === undefined ? {} : { tag }) };
}

function decoded(user: string): string | undefined {
  try {
    return decodeURIComponent(user);
  } catch {
    return undefined;
  }
}

function credentialsIn(headers: ReadonlyMap<string, readonly string[]>): string | undefined {
  const given = [...(headers.get('authorization') ?? []), ...(headers.get('proxy-authorization') ?? [])];
  if (given.length === 0) return undefined;
  return /\busername\s*=\s*"([^"\\]{0,255})"/i.exec(given[0] ?? '')?.[1] ?? '';
}
