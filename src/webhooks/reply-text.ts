const HEAD_LENGTH = 2048;

/** Decodes a body by the charset of its Content-Type, UTF-8 without one; a byte order mark beats both and is dropped. */
export function decodeText(body: Uint8Array, contentType: string | undefined): string {
  return new TextDecoder(charsetByMark(body) ?? charsetOf(contentType)).decode(body);
}

/** The first bytes of a reply, for people and for storage: no control characters but line ends and tabs. */
export function replyHead(body: Uint8Array, contentType: string | undefined): string | undefined {
  if (body.length === 0) return undefined;
  const text = decodeText(body.subarray(0, HEAD_LENGTH), contentType);
  return text.replace(/[^\P{Cc}\t\r\n]/gu, '\uFFFD');
}

/** Lower case, without parameters; empty when there is none. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function charsetByMark(body: Uint8Array): string | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8';
  if (body[0] === 0xfe && body[1] === 0xff) return 'utf-16be';
  return body[0] === 0xff && body[1] === 0xfe ? 'utf-16le' : undefined;
}

function charsetOf(contentType: string | undefined): string {
  const label = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1];
  if (label === undefined) return 'utf-8';
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return 'utf-8'; // a charset that nobody knows
  }
}
