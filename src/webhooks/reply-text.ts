import { encodingOf } from '../rcml/document/document-encoding.ts';

const HEAD_LENGTH = 2048;

/** Decodes a body as documents are (rcml/document/document-encoding.ts); a byte order mark is dropped. */
export function decodeText(body: Uint8Array, contentType: string | undefined): string {
  return new TextDecoder(encodingOf(body, charsetOf(contentType))).decode(body);
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

/** The charset of a Content-Type, as it was written. */
export function charsetOf(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType ?? '')?.[1];
}
