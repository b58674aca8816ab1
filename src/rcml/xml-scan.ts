import { ERROR_CODES, type Problem } from './problem.ts';
import type { XmlText } from './xml-text.ts';

/** An element's depth counts from the root's 1. */
export const DEEPEST_ELEMENT = 32;

/** So many mended `&` get a warning of their own; the rest are mended silently. */
const MOST_WARNINGS = 50;

const TAG_NAME = /<\/?([A-Za-z_:\u00C0-\uFFFD][\w:.\-\u00B7-\uFFFD]*)/y;
const KNOWN_REFERENCE = /&(?:amp|lt|gt|quot|apos|#(\d{1,8})|#x([\dA-Fa-f]{1,8}));/y;
// Everything but these may stand in an XML 1.0 document.
const FORBIDDEN_CHARACTER = /[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/**
 * Goes through a document once: refuses what is not well-formed in its structure (fast-xml-parser accepts two
 * roots, unclosed comments and unclosed tags), and writes it for the parser with bare `&` mended, comments and
 * processing instructions left out, and CDATA sections escaped. Returns a warning for every `&` that it mended.
 * Throws RcmlError at the first mistake.
 */
export function scan(text: XmlText): Problem[] {
  const scanner = new Scanner(text);
  scanner.run();
  return scanner.warnings;
}

class Scanner {
  readonly warnings: Problem[] = [];
  readonly #text: XmlText;
  readonly #source: string;
  readonly #open: { name: string; at: number }[] = [];
  #rootSeen = false;

  constructor(text: XmlText) {
    this.#text = text;
    this.#source = text.original;
  }

  run(): void {
    const forbidden = FORBIDDEN_CHARACTER.exec(this.#source);
    if (forbidden !== null) {
      throw this.#text.illFormed(forbidden.index, 'a control character is not allowed in XML');
    }
    for (let at = 0; at < this.#source.length; ) at = this.#next(at);
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) throw this.#text.illFormed(unclosed.at, `<${unclosed.name}> is not closed`);
    if (!this.#rootSeen) {
      throw this.#text.illFormed(0, 'there is no <Response> element', ERROR_CODES.wrongRoot);
    }
  }

  /** Reads what begins at `at` and returns where the next thing begins. */
  #next(at: number): number {
    if (this.#source[at] !== '<') return this.#characters(at);
    if (this.#source.startsWith('<!--', at)) return this.#leaveOut(at, '<!--', '-->', 'the comment');
    if (this.#source.startsWith('<![CDATA[', at)) return this.#cdata(at);
    if (this.#source.startsWith('<?', at)) return this.#instruction(at);
    if (this.#source.startsWith('<!', at)) {
      throw this.#text.illFormed(at, 'a DOCTYPE or other declaration is not allowed in RCML');
    }
    return this.#tag(at);
  }

  #characters(at: number): number {
    const next = this.#source.indexOf('<', at);
    const end = next === -1 ? this.#source.length : next;
    if (this.#open.length === 0) {
      const stray = this.#source.slice(at, end).search(/[^ \t\n]/);
      if (stray !== -1) {
        throw this.#text.illFormed(at + stray, 'only white space may stand outside of <Response>');
      }
    }
    this.#copy(at, end);
    return end;
  }

  #leaveOut(at: number, opening: string, closing: string, name: string): number {
    const close = this.#source.indexOf(closing, at + opening.length);
    if (close === -1) throw this.#text.illFormed(at, `${name} is not closed by ${closing}`);
    const end = close + closing.length;
    this.#text.replaceUpTo(end, '');
    return end;
  }

  #cdata(at: number): number {
    const close = this.#source.indexOf(']]>', at);
    if (close === -1) throw this.#text.illFormed(at, 'the CDATA section is not closed by ]]>');
    if (this.#open.length === 0) throw this.#text.illFormed(at, 'CDATA stands outside of <Response>');
    const content = this.#source.slice(at + '<![CDATA['.length, close);
    this.#text.replaceUpTo(close + 3, content.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
    return close + 3;
  }

  #instruction(at: number): number {
    if (at > 0 && /^<\?xml\s/i.test(this.#source.slice(at, at + 6))) {
      throw this.#text.illFormed(
        at,
        'the XML declaration must be the very first thing, without white space or anything else before it',
      );
    }
    return this.#leaveOut(at, '<?', '?>', 'the processing instruction');
  }

  #tag(at: number): number {
    TAG_NAME.lastIndex = at;
    const name = TAG_NAME.exec(this.#source)?.[1];
    if (name === undefined) {
      throw this.#text.illFormed(at, 'a tag name must follow "<"; the character itself is written &lt;');
    }
    const end = this.#endOfTag(at, name);
    if (this.#source[at + 1] === '/') this.#close(at, name);
    else this.#openTag(at, name, this.#source[end - 2] === '/');
    this.#copy(at, end);
    return end;
  }

  #endOfTag(at: number, name: string): number {
    let quote: string | undefined;
    for (let i = at + 1; i < this.#source.length; i += 1) {
      const character = this.#source[i];
      if (character === '<') {
        const what =
          quote === undefined ? `the tag <${name} is not closed by ">"` : 'in a value, "<" is &lt;';
        throw this.#text.illFormed(quote === undefined ? at : i, what);
      }
      if (quote === undefined && character === '>') return i + 1;
      if (character === quote) quote = undefined;
      else if (quote === undefined && (character === '"' || character === "'")) quote = character;
    }
    throw this.#text.illFormed(at, `the tag <${name} is not closed by ">"`);
  }

  #openTag(at: number, name: string, selfClosing: boolean): void {
    if (this.#open.length === 0) {
      if (this.#rootSeen) throw this.#text.illFormed(at, `there is a second root element, <${name}>`);
      this.#rootSeen = true;
      if (name !== 'Response') {
        const what = `the root element is <${name}>, it must be <Response>`;
        throw this.#text.illFormed(at, what, ERROR_CODES.wrongRoot);
      }
    }
    if (this.#open.length >= DEEPEST_ELEMENT) {
      throw this.#text.illFormed(at, `<${name}> is nested deeper than ${DEEPEST_ELEMENT} elements`);
    }
    if (!selfClosing) this.#open.push({ name, at });
  }

  #close(at: number, name: string): void {
    const opened = this.#open.pop();
    if (opened === undefined) throw this.#text.illFormed(at, `</${name}> closes nothing`);
    if (opened.name === name) return;
    const { line, column } = this.#text.place(opened.at);
    throw this.#text.illFormed(
      at,
      `</${name}> cannot close <${opened.name}>, which was opened in line ${line}, column ${column}`,
    );
  }

  /** Copies a piece, mending each `&` that begins no reference that XML knows. */
  #copy(from: number, end: number): void {
    for (let at = this.#source.indexOf('&', from); at !== -1 && at < end; ) {
      if (!this.#isReference(at)) {
        this.#text.copyUpTo(at);
        this.#text.replaceUpTo(at + 1, '&amp;');
        this.#warnBare(at);
      }
      at = this.#source.indexOf('&', at + 1);
    }
    this.#text.copyUpTo(end);
  }

  #isReference(at: number): boolean {
    KNOWN_REFERENCE.lastIndex = at;
    const match = KNOWN_REFERENCE.exec(this.#source);
    if (match === null) return false;
    const [, decimal, hexadecimal] = match;
    if (decimal === undefined && hexadecimal === undefined) return true;
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
    if (code > 0x10ffff || FORBIDDEN_CHARACTER.test(String.fromCodePoint(code).replace('\r', '\n'))) {
      throw this.#text.illFormed(at, `${match[0]} is no character that XML allows`);
    }
    return true;
  }

  #warnBare(at: number): void {
    if (this.warnings.length >= MOST_WARNINGS) return;
    const { line, column } = this.#text.place(at);
    const around = this.#source.slice(Math.max(0, at - 20), at + 20).replace(/\s+/g, ' ');
    const message = `Line ${line}, column ${column}: a bare "&" was read as "&amp;" (near "${around}").`;
    this.warnings.push({ level: 'warning', errorCode: ERROR_CODES.illFormed, message, line, column });
  }
}
