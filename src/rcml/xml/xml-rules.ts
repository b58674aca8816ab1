/** Rules of XML 1.0 for single pieces of a document that fast-xml-parser does not check. */

const NAME = '[A-Za-z_:\\u00C0-\\uFFFD][\\w:.\\-\\u00B7-\\uFFFD]*';

/** A tag's beginning with its name, at `lastIndex`. */
export const TAG_NAME = new RegExp(`</?(${NAME})`, 'y');

// Any character outside of these ranges.
const FORBIDDEN_CHARACTER = /[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const KNOWN_REFERENCE = /&(?:amp|lt|gt|quot|apos|#(\d{1,8})|#x([\dA-Fa-f]{1,8}));/y;
const INSTRUCTION = new RegExp(`^<\\?${NAME}(?:\\s|\\?>$)`);
const XML_DECLARATION =
  /^<\?xml\s+version\s*=\s*(["'])1\.\d\1(\s+encoding\s*=\s*(["'])[\w.-]+\3)?(\s+standalone\s*=\s*(["'])(yes|no)\5)?\s*\?>$/;

/** The offset of the first character that XML forbids; -1 when there is none. Line ends are `\n` already. */
export function forbiddenCharacter(text: string): number {
  return text.search(FORBIDDEN_CHARACTER);
}

/** What the `&` at `at` begins. */
export function referenceAt(
  text: string,
  at: number,
): { readonly kind: 'bare' | 'reference' } | { readonly kind: 'forbidden'; readonly written: string } {
  KNOWN_REFERENCE.lastIndex = at;
  const match = KNOWN_REFERENCE.exec(text);
  if (match === null) return { kind: 'bare' };
  const [written, decimal, hexadecimal] = match;
  if (decimal === undefined && hexadecimal === undefined) return { kind: 'reference' };
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
  const carriageReturn = code === 13;
  if (code > 0x10ffff || (!carriageReturn && forbiddenCharacter(String.fromCodePoint(code)) !== -1)) {
    return { kind: 'forbidden', written };
  }
  return { kind: 'reference' };
}

/** Whether an instruction, given with its `<?` and `?>`, is an XML declaration, correct or not. */
export function isXmlDeclaration(instruction: string): boolean {
  return /^<\?xml[\s?]/i.test(instruction);
}

/** What is wrong with a processing instruction or XML declaration, given with its `<?` and `?>`. */
export function instructionMistake(instruction: string, isFirst: boolean): string | undefined {
  if (!isXmlDeclaration(instruction)) {
    return INSTRUCTION.test(instruction) ? undefined : 'a name must follow "<?"';
  }
  if (!isFirst) {
    return 'the XML declaration must be the very first thing, without white space or anything else before it';
  }
  if (XML_DECLARATION.test(instruction)) return undefined;
  return 'the XML declaration must look like <?xml version="1.0" encoding="UTF-8"?>';
}

/** Whether a tag has a `=` with no attribute's name before it. */
export function hasStrayEquals(tag: string): boolean {
  if (!tag.includes('=')) return false;
  return /(?:""|^<[^\s=]+|=)\s*=/.test(tag.replace(/"[^"]*"|'[^']*'/g, '""'));
}
