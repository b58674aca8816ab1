/** How far an XML declaration is looked for; the longest that anybody writes has about 80 bytes. */
const DECLARATION_BYTES = 256;

/**
 * By what a document's bytes are to be read: the byte order mark, else the charset of its Content-Type, else the
 * XML declaration, else UTF-8. A name that nobody knows counts as none. As TextDecoder spells it.
 */
export function encodingOf(bytes: Uint8Array, charset: string | undefined): string {
  return encodingByMark(bytes) ?? known(charset) ?? believable(declaredEncoding(bytes)) ?? 'utf-8';
}

/** What the XML declaration says, as its author spelled it. */
export function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, DECLARATION_BYTES));
  // Behind a byte order mark of UTF-8.
  return /^(?:ï»¿)?<\?xml\s[^>]*?\bencoding\s*=\s*(["'])([\w.:-]+)\1/.exec(head)?.[2];
}

/** The encoding of that name; undefined when nobody knows it. */
export function known(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return undefined;
  }
}

/** UTF-8 reads ASCII as well; and a declaration that was read byte by byte is no UTF-16, although .NET writes so. */
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
