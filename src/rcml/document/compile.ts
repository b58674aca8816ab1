import { readAttributes } from './attributes.ts';
import { childElements, ParseContext, textOf } from './parse-context.ts';
import type { DocumentSource } from './document-source.ts';
import { ERROR_CODES, type Problem } from './problem.ts';
import type { CompiledVerb, Verb } from './verb.ts';
import { verbs as allVerbs } from '../verbs/index.ts';
import { parseXml, type XmlElement } from '../xml/xml.ts';
import { refusal } from '../xml/xml-text.ts';

/** A document, checked as a whole before its first verb runs. */
export interface Document {
  readonly verbs: readonly CompiledVerb[];
  readonly warnings: readonly Problem[];
}

/** A longer document is refused; bytes of UTF-8. */
export const LARGEST_DOCUMENT_BYTES = 64 * 1024;

const START = { line: 1, column: 1 };
const RCML_TYPES: readonly string[] = [
  '',
  'text/xml',
  'application/xml',
  'application/rcml+xml',
  'text/html',
];

/**
 * Compiles a document. Every mistake that leaves something to run is a warning.
 * @throws RcmlError, and nothing else, when the document is refused as a whole.
 */
export function compile(source: DocumentSource): Document {
  const { contentType, text, url } = source;
  if (contentType.startsWith('audio/') && url !== undefined) return compileAs('Play', url, url);
  if (text.trim() === '') return { verbs: [], warnings: [] };
  if (new TextEncoder().encode(text).length > LARGEST_DOCUMENT_BYTES) {
    throw refusal('the document is longer than 64 KiB', START, ERROR_CODES.tooLarge);
  }
  if (contentType === 'text/plain') return compileAs('Say', text, url);
  if (!RCML_TYPES.includes(contentType)) {
    const what = `a reply of type ${contentType.slice(0, 60)} is not RCML; send it as text/xml`;
    throw refusal(what, START, ERROR_CODES.contentType);
  }
  const { root, warnings } = parseXml(text);
  const context = new ParseContext(url, warnings);
  return compileVerbs(root, context);
}

function compileVerbs(root: XmlElement, context: ParseContext): Document {
  readAttributes(root, {}, context);
  if (textOf(root) !== '') context.warn(root, 'has text outside of its verbs; it is ignored');
  const byName = new Map<string, Verb>(allVerbs.map((verb) => [verb.name, verb]));
  const verbs = childElements(root, [...byName.keys()], context)
    .map((element) => byName.get(element.name)?.compile(element, context))
    .filter((verb) => verb !== undefined);
  const warnings = context.warnings.toSorted((a, b) => a.line - b.line || a.column - b.column);
  return { verbs, warnings };
}

/** Reads a reply that is a sound or plain text as if it were a verb of this name. */
function compileAs(name: string, text: string, url: string | undefined): Document {
  const place = { ...START, attributes: new Map<string, string>() };
  const root = { name: 'Response', ...place, children: [{ name, ...place, children: [text] }] };
  return compileVerbs(root, new ParseContext(url));
}
