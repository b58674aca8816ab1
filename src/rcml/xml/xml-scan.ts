import { ERROR_CODES, type Problem } from '../document/problem.ts';
import { htmlReferenceAt } from './html-references.ts';
import {
  forbiddenCharacter,
  hasStrayEquals,
  instructionMistake,
  isXmlDeclaration,
  referenceAt,
  TAG_NAME,
} from './xml-rules.ts';
import type { XmlText } from './xml-text.ts';

/** The root element has depth 1. */
export const DEEPEST_ELEMENT = 32;

/** This many mended `&` get a warning each; the rest are mended silently. */
const MOST_WARNINGS = 50;

/**
 * Goes through a document once: refuses what is not well-formed in its structure (fast-xml-parser accepts two
 * roots, unclosed comments and unclosed tags), and writes it for the parser: each `&` that does not begin a reference
 * known to XML is mended, comments and processing instructions are left out, and CDATA sections are escaped. Returns a
 * warning for every `&` that it mended.
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
  /** Where the first `&` stands of those that have not been read yet; `Infinity` when there is none. */
  #ampersand = -1;
  #rootSeen = false;
  #declared = false;

  constructor(text: XmlText) {
    this.#text = text;
    this.#source = text.original;
  }

  run(): void {
    const forbidden = forbiddenCharacter(this.#source);
    if (forbidden !== -1) throw this.#text.illFormed(forbidden, 'a control character is not allowed in XML');
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
    if (this.#source.startsWith('<!--', at)) return this.#comment(at);
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
    const close = this.#source.slice(at, end).indexOf(']]>');
    if (close !== -1) throw this.#text.illFormed(at + close, '"]]>" ends no CDATA section here');
    this.#mendReferences(at, end);
    return end;
  }

  #comment(at: number): number {
    const dashes = this.#source.indexOf('--', at + '<!--'.length);
    if (dashes === -1) throw this.#text.illFormed(at, 'the comment is not closed by -->');
    const end = dashes + '-->'.length;
    if (!this.#source.startsWith('-->', dashes)) {
      throw this.#text.illFormed(dashes, 'a comment may not contain two dashes');
    }
    this.#text.replace(at, end, '');
    return end;
  }

  #cdata(at: number): number {
    const close = this.#source.indexOf(']]>', at);
    if (close === -1) throw this.#text.illFormed(at, 'the CDATA section is not closed by ]]>');
    if (this.#open.length === 0)
      throw this.#text.illFormed(at, 'a CDATA section may not stand outside of <Response>');
    const content = this.#source.slice(at + '<![CDATA['.length, close);
    this.#text.replace(at, close + 3, content.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
    return close + 3;
  }

  #instruction(at: number): number {
    const close = this.#source.indexOf('?>', at + 2);
    if (close === -1) throw this.#text.illFormed(at, 'the processing instruction is not closed by ?>');
    const end = close + 2;
    const instruction = this.#source.slice(at, end);
    if (this.#declared && isXmlDeclaration(instruction)) {
      throw this.#text.illFormed(at, 'there is a second XML declaration');
    }
    const mistake = instructionMistake(instruction, at === 0);
    if (mistake !== undefined) throw this.#text.illFormed(at, mistake);
    this.#declared ||= isXmlDeclaration(instruction);
    this.#text.replace(at, end, '');
    return end;
  }

  #tag(at: number): number {
    TAG_NAME.lastIndex = at;
    const name = TAG_NAME.exec(this.#source)?.[1];
    if (name === undefined) {
      throw this.#text.illFormed(at, 'a tag name must follow "<"; the character itself is written &lt;');
    }
    const end = this.#endOfTag(at, name);
    if (hasStrayEquals(this.#source.slice(at, end))) {
      throw this.#text.illFormed(at, `the tag <${name} has a "=" without an attribute's name`);
    }
    if (this.#source[at + 1] === '/') this.#close(at, name);
    else this.#openTag(at, name, this.#source[end - 2] === '/');
    this.#mendReferences(at, end);
    return end;
  }

  #endOfTag(at: number, name: string): number {
    let quote: string | undefined;
    for (let i = at + 1; i < this.#source.length; i += 1) {
      const character = this.#source[i];
      if (character === '<') {
        const what =
          quote === undefined ? `the tag <${name} is not closed by ">"` : 'in a value, "<" is written &lt;';
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
      `</${name}> cannot close <${opened.name}>, which was opened on line ${line}, column ${column}`,
    );
  }

  /** Mends each `&` in a piece that does not begin a reference known to XML. */
  #mendReferences(from: number, end: number): void {
    for (let at = this.#ampersandFrom(from); at < end; at = this.#ampersandFrom(at + 1)) {
      const reference = referenceAt(this.#source, at);
      if (reference.kind === 'forbidden') {
        throw this.#text.illFormed(at, `${reference.written} is not a character that XML allows`);
      }
      if (reference.kind === 'bare') this.#mend(at);
    }
  }

  /** Where the next `&` stands. Each is looked for once: a document without any has thousands of pieces. */
  #ampersandFrom(from: number): number {
    if (this.#ampersand >= from) return this.#ampersand;
    const found = this.#source.indexOf('&', from);
    this.#ampersand = found === -1 ? Number.POSITIVE_INFINITY : found;
    return this.#ampersand;
  }

  #mend(at: number): void {
    const html = htmlReferenceAt(this.#source, at);
    if (html === undefined) {
      this.#text.replace(at, at + 1, '&amp;');
      this.#warn(at, () => {
        const around = this.#source.slice(Math.max(0, at - 20), at + 20).replace(/\s+/g, ' ');
        return `a bare "&" was read as "&amp;" (near "${around}")`;
      });
      return;
    }
    const { written, character } = html;
    this.#text.replace(at, at + written.length, character);
    this.#warn(at, () => {
      const code = character.charCodeAt(0);
      return `XML does not know "${written}"; it was read as in HTML, write &#${code}; instead`;
    });
  }

  #warn(at: number, what: () => string): void {
    if (this.warnings.length >= MOST_WARNINGS) return;
    const { line, column } = this.#text.place(at);
    const message = `Line ${line}, column ${column}: ${what()}.`;
    this.warnings.push({ level: 'warning', errorCode: ERROR_CODES.illFormed, message, line, column });
  }
}
