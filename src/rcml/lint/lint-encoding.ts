import { declaredEncoding, encodingOf, known } from '../document/document-encoding.ts';
import type { Finding } from './lint-finding.ts';
import { ERROR_CODES } from '../document/problem.ts';

/** A document's bytes as text. `findings` says what was wrong with their encoding. */
export interface Decoded {
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** Decodes a document as a call would (document-encoding.ts). */
export function decodeDocument(bytes: Uint8Array, charset?: string): Decoded {
  const encoding = encodingOf(bytes, charset);
  const text = new TextDecoder(encoding).decode(bytes);
  const overruled = declared(bytes, encoding);
  if (encoding !== 'utf-8') return { text, findings: overruled };
  const zero = bytes.indexOf(0);
  if (zero !== -1 && zero < 4) {
    const message = 'The document is UTF-16 or UTF-32 without a byte order mark; save it as UTF-8.';
    return { text, findings: [encodingFinding('error', message, 1, 1)] };
  }
  return { text, findings: [...unreadable(bytes, text), ...overruled] };
}

function unreadable(bytes: Uint8Array, text: string): readonly Finding[] {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return [];
  } catch {
    const before = text.slice(0, firstReplacement(bytes, text));
    const line = before.split('\n').length;
    const column = before.length - before.lastIndexOf('\n');
    const offset = new TextEncoder().encode(before).length + markLength(bytes);
    const byte = (bytes[offset] ?? 0).toString(16).toUpperCase().padStart(2, '0');
    const message = `The byte 0x${byte} here is not UTF-8 (is the document ISO-8859-1?); a call reads it as \uFFFD. Save the document as UTF-8.`;
    return [encodingFinding('warning', message, line, column)];
  }
}

/** A U+FFFD that was really written must not be taken for an unreadable byte. */
function firstReplacement(bytes: Uint8Array, text: string): number {
  let at = text.indexOf('\uFFFD');
  for (; at !== -1; at = text.indexOf('\uFFFD', at + 1)) {
    const offset = new TextEncoder().encode(text.slice(0, at)).length + markLength(bytes);
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return at;
  }
  return text.length;
}

function markLength(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** Warns of an XML declaration whose encoding is not the one that is used. */
function declared(bytes: Uint8Array, encoding: string): readonly Finding[] {
  const name = declaredEncoding(bytes);
  if (name === undefined || known(name) === encoding || /^us-ascii$/i.test(name)) return [];
  const message = `The XML declaration says ${name.slice(0, 40)}, but the document is read as ${encoding.toUpperCase()}: a byte order mark and the charset of the Content-Type come first, and an encoding that is unknown or impossible counts as UTF-8.`;
  return [encodingFinding('warning', message, 1, 1)];
}

function encodingFinding(level: Finding['level'], message: string, line: number, column: number): Finding {
  return { level, errorCode: ERROR_CODES.illFormed, message, line, column };
}
