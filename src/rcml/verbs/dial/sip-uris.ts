import { integer, readAttributes } from '../../document/attributes.ts';
import { childElements, type ParseContext, textOf } from '../../document/parse-context.ts';
import type { XmlElement } from '../../xml/xml.ts';

const ATTRIBUTES = { priority: integer(10, 0, 65_535), weight: integer(10, 0, 65_535) };

/** Whether a Dial's only callee is a `<Sip>` with several `<Uri>`: they are tried one after the other. */
export function isSipWithSeveralUris(dial: XmlElement): boolean {
  const [only, ...others] = dial.children.filter((child) => typeof child !== 'string');
  return only?.name === 'Sip' && others.length === 0 && urisOf(only).length > 1;
}

/**
 * A `<Sip>` with `<Uri>` inside as nouns with one address each: all of them, by priority and weight, if they are tried
 * `inTurn`, else the first one. Any other noun as it is.
 */
export function urisInTurn(noun: XmlElement, inTurn: boolean, context: ParseContext): readonly XmlElement[] {
  const uris = noun.name === 'Sip' ? urisOf(noun) : [];
  if (uris.length === 0) return [noun];
  if (textOf(noun) !== '') context.warn(noun, 'has text beside its <Uri>; the text is ignored');
  childElements(noun, ['Uri'], context);
  const read = uris.map((uri) => ({ uri, ...readAttributes(uri, ATTRIBUTES, context) }));
  const sorted = read.toSorted((one, other) => one.priority - other.priority || other.weight - one.weight);
  const nouns = sorted.map(({ uri }) => ({
    ...noun,
    line: uri.line,
    column: uri.column,
    children: [textOf(uri)],
  }));
  if (!inTurn && nouns.length > 1) {
    context.warn(noun, 'stands beside other nouns, so only the first of its <Uri> is called');
  }
  return inTurn ? nouns : nouns.slice(0, 1);
}

function urisOf(sip: XmlElement): readonly XmlElement[] {
  return sip.children.filter((child) => typeof child !== 'string').filter(({ name }) => name === 'Uri');
}
