// Traces are read by people and sent around: what opens a door must not be in them.

const CUT = '***';
/** Credentials and challenges (RFC 3261), and headers of a customer's own whose names say that they hold a secret. */
const SECRET_HEADER =
  /^(?:(?:proxy-)?authorization|(?:proxy|www)-authenticate|(?:proxy-)?authentication-info|.*(?:token|secret|passw|api-?key|cookie).*)$/i;
/** `sip:user:password@host`. */
const PASSWORD_IN_URI = /(\bsips?:[^\s:@<>;?]*):[^\s@<>]*@/gi;
const HEADER = /^([^\s:]+)[ \t]*:[ \t]*(.*)$/;
/** Bodies that say how media flows, or how a transfer goes; others may hold anything. */
const READABLE_BODY = /^(?:application\/sdp|multipart\/|message\/sipfrag|application\/reginfo)/i;
const END_OF_HEAD = '\r\n\r\n';

/** The message without credentials, nonces, passwords, SRTP and ICE keys, and the digits of a SIP INFO. */
export function withoutSecrets(message: string): string {
  const end = message.indexOf(END_OF_HEAD);
  const head = end < 0 ? message : message.slice(0, end);
  const body = end < 0 ? '' : message.slice(end + END_OF_HEAD.length);
  const lines = cutHeaders(head.split('\r\n'));
  if (end < 0) return lines.join('\r\n');
  const shown = body === '' ? '' : cutBody(body, typeOf(lines));
  return `${withLength(lines, shown).join('\r\n')}${END_OF_HEAD}${shown}`;
}

function cutHeaders(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let isSecret = false;
  for (const [index, line] of lines.entries()) {
    // A line that begins with a blank goes on with the header before it.
    if (index > 0 && /^[ \t]/.test(line)) {
      if (!isSecret) kept.push(withoutPassword(line));
      continue;
    }
    const [, name = '', value = ''] = index === 0 ? [] : (HEADER.exec(line) ?? []);
    isSecret = SECRET_HEADER.test(name);
    kept.push(isSecret ? `${name}: ${schemeOf(name, value)}${CUT}` : withoutPassword(line));
  }
  return kept;
}

/** `Digest `: that there were credentials is worth knowing. */
function schemeOf(name: string, value: string): string {
  const scheme = /^(digest|basic|bearer|aka)\b/i.exec(value)?.[1];
  return scheme === undefined || !/auth/i.test(name) ? '' : `${scheme} `;
}

function withoutPassword(line: string): string {
  return line.replace(PASSWORD_IN_URI, `$1:${CUT}@`);
}

function typeOf(lines: readonly string[]): string {
  for (const line of lines) {
    const [, name = '', value = ''] = HEADER.exec(line) ?? [];
    if (/^(?:content-type|c)$/i.test(name)) return value;
  }
  return '';
}

function cutBody(body: string, type: string): string {
  if (!READABLE_BODY.test(type)) return CUT;
  return withoutPassword(body)
    .replace(/^(a=crypto:.*?\binline:)[^\r\n]*/gim, `$1${CUT}`)
    .replace(/^(a=ice-pwd:)[^\r\n]*/gim, `$1${CUT}`)
    .replace(/^(a=key-mgmt:|k=)[^\r\n]*/gim, `$1${CUT}`)
    .replace(/^((?:proxy-)?authorization|(?:proxy|www)-authenticate)[ \t]*:[^\r\n]*/gim, `$1: ${CUT}`);
}

/** The length of what is left, so that programs that read traces find the body's end. */
function withLength(lines: readonly string[], body: string): readonly string[] {
  const bytes = Buffer.byteLength(body, 'latin1');
  return lines.map((line) => line.replace(/^(content-length|l)([ \t]*:[ \t]*)\d+/i, `$1$2${bytes}`));
}
