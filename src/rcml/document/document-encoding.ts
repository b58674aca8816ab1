/** How far we look for the end of an XML declaration; the longest in practice has about 80 bytes. */
const DECLARATION_BYTES = 256;

/**
 * The encoding in which a document's bytes are read, as TextDecoder spells it: that of the byte order mark, else the
 * charset of the Content-Type, else that of the XML declaration, else UTF-8. An unknown name counts as none.
 */
export function encodingOf(bytes: Uint8Array, charset: string | undefined): string {
  return encodingByMark(bytes) ?? known(charset) ?? believable(declaredEncoding(bytes)) ?? 'utf-8';
}

/** The encoding that the XML declaration names, as its author spelled it. */
export function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, DECLARATION_BYTES));
  // There may be a UTF-8 byte order mark in front.
  return /^(?:ï»¿)?<\?xml\s[^>]*?\bencoding\s*=\s*(["'])([\w.:-]+)\1/.exec(head)?.[2];
}

/** The encoding of that name; undefined when the name is unknown. */
export function known(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return undefined;
  }
}

/** Not ASCII, which UTF-8 includes; nor UTF-16, which .NET writes: what could be read byte by byte is not UTF-16. */
function believable(declared: string | undefined): string | undefined {
  const encoding = known(declared);
  return /^(us-)?ascii$/i.test(declared ?? '') || encoding?.startsWith('utf-16') === true
    ? undefined
    : encoding;
}

function encodingByMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : undefined;
}
