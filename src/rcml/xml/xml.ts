import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { ERROR_CODES, type Problem, type RcmlError } from '../document/problem.ts';
import { DEEPEST_ELEMENT, scan } from './xml-scan.ts';
import { type Place, refusal, XmlText } from './xml-text.ts';

/** One element, with references decoded and attribute values trimmed. A child is an element or text. */
export interface XmlElement {
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly (XmlElement | string)[];
}

/** The root `<Response>`, and a warning for each mistake that could be mended. */
export interface XmlDocument {
  readonly root: XmlElement;
  readonly warnings: readonly Problem[];
}

// Put in front of every name that the parser sees: it refuses names such as `constructor`, which to us are just unknown.
const NAME_MARK = '=';
const TEXT = '#text';
const ATTRIBUTES = ':@';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: NAME_MARK,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  captureMetaData: true,
  maxNestedTags: DEEPEST_ELEMENT + 1,
  transformTagName: (name) => NAME_MARK + name,
});
const metaData = XMLParser.getMetaDataSymbol() as unknown as symbol;

/** Reads a document's text. Throws RcmlError, and nothing else, when it is not one well-formed `<Response>`. */
export function parseXml(source: string): XmlDocument {
  const text = new XmlText(source);
  const warnings = scan(text);
  const written = text.written;
  const verdict = XMLValidator.validate(written);
  if (verdict !== true) throw refused(text, written, verdict.err);
  const [root] = readNodes(parse(written), text);
  if (root === undefined || typeof root === 'string') throw text.illFormed(0, 'there is no root element');
  return { root, warnings };
}

/** What the parser makes of an element or of text; its types do not describe `preserveOrder`. */
type ParsedNode = Readonly<Record<string | symbol, unknown>>;

function parse(written: string): readonly ParsedNode[] {
  try {
    return parser.parse(written) as readonly ParsedNode[];
  } catch (error) {
    // Scanner and validator passed it: the parser is stricter in a way that we do not know yet.
    const what = error instanceof Error ? error.message : 'it cannot be parsed';
    throw refusal(what, { line: 1, column: 1 }, ERROR_CODES.illFormed);
  }
}

function readNodes(nodes: readonly ParsedNode[], text: XmlText): (XmlElement | string)[] {
  const read: (XmlElement | string)[] = [];
  for (const node of nodes) {
    const key = Object.keys(node).find((name) => name !== ATTRIBUTES);
    if (key === TEXT) read.push(decode(String(node[TEXT])));
    else if (key !== undefined) read.push(readElement(node, key, text));
  }
  return read;
}

function readElement(node: ParsedNode, key: string, text: XmlText): XmlElement {
  const { startIndex } = node[metaData] as { startIndex: number };
  const { line, column } = text.placeOfWritten(startIndex);
  return {
    // The parser marks the name of a self-closing element twice.
    name: key.slice(key.startsWith(NAME_MARK + NAME_MARK) ? 2 : 1),
    line,
    column,
    attributes: readValues(node[ATTRIBUTES] as Readonly<Record<string, string>> | undefined),
    children: readNodes(node[key] as readonly ParsedNode[], text),
  };
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

function readValues(written: Readonly<Record<string, string>> | undefined): ReadonlyMap<string, string> {
  if (written === undefined) return NO_ATTRIBUTES;
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(written)) {
    values.set(name.slice(NAME_MARK.length), readValue(value));
  }
  return values;
}

function readValue(raw: string): string {
  return decode(raw.replace(/[\t\n]/g, ' ')).trim();
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Decodes each reference once; the scanner has made sure that there are no others. */
function decode(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(/&(?:#x([\dA-Fa-f]+)|#(\d+)|([a-z]+));/g, (whole, hexadecimal, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    return String.fromCodePoint(
      hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16),
    );
  });
}

function refused(
  text: XmlText,
  written: string,
  error: { msg: string; line: number; col: number },
): RcmlError {
  const lines = written.split('\n');
  const before = lines.slice(0, error.line - 1).reduce((length, line) => length + line.length + 1, 0);
  const place: Place = text.placeOfWritten(before + Math.max(0, (error.col || 1) - 1));
  return refusal(error.msg.replace(/\.$/, ''), place, ERROR_CODES.illFormed);
}
