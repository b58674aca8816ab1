import { compact } from '../../call/compact.ts';
import { compile, type Document } from '../document/compile.ts';
import type { DocumentSource } from '../document/document-source.ts';
import { finding, type Finding, findingOf } from './lint-finding.ts';
import { masked } from '../document/masked.ts';
import { nearestName } from './lint-nearest.ts';
import { checkOrder } from './lint-reachability.ts';
import { checkUrls } from './lint-urls.ts';
import { rcmlVocabulary, type Vocabulary } from './lint-vocabulary.ts';
import { type Problem, RcmlError } from '../document/problem.ts';
import { parseXml, type XmlElement } from '../xml/xml.ts';

/** Stands for the URL of a document that came without one, so that its relative URLs can be read at all. */
const UNKNOWN_BASE = 'http://base.invalid/';

/**
 * Everything that the author of a document should know, in the order of the document: what the compiler that runs
 * calls reports, and what it cannot see (verbs that never run, URLs that lead elsewhere).
 */
export function lint(written: DocumentSource): readonly Finding[] {
  // Findings quote the document, and must never show a password.
  const source = { ...written, text: masked(written.text) };
  const document = compiled(source);
  if (!('verbs' in document)) return document.refused.map(findingOf);
  const vocabulary = rcmlVocabulary();
  const elements = elementsOf(source);
  const read = elements.map(({ element }) => element);
  const findings = [
    ...document.warnings.map((problem) => withNames(findingOf(problem), elements, vocabulary)),
    ...checkOrder(document.verbs, source.url),
    ...checkUrls(read, source.url, vocabulary),
    ...read.flatMap((element) => idleAttributes(element, vocabulary)),
  ];
  return findings.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function compiled(source: DocumentSource): Document | { readonly refused: readonly Problem[] } {
  try {
    return compile({ ...source, url: source.url ?? UNKNOWN_BASE });
  } catch (error) {
    if (error instanceof RcmlError) return { refused: error.problems };
    throw error;
  }
}

interface Placed {
  readonly element: XmlElement;
  readonly parent?: XmlElement;
}

/** Every element of the document, in its order; none when it is not XML. */
function elementsOf({ contentType, text }: DocumentSource): readonly Placed[] {
  if (contentType === 'text/plain' || contentType.startsWith('audio/') || text.trim() === '') return [];
  const below = (element: XmlElement): readonly Placed[] =>
    element.children.flatMap((child) =>
      typeof child === 'string' ? [] : [{ element: child, parent: element }, ...below(child)],
    );
  const { root } = parseXml(text);
  return [{ element: root }, ...below(root)];
}

/** Adds the names that are allowed to a finding about an unknown one. */
function withNames(found: Finding, elements: readonly Placed[], vocabulary: Vocabulary): Finding {
  const placed = elements.find(
    ({ element }) => element.line === found.line && element.column === found.column,
  );
  if (placed === undefined || found.element === undefined) return found;
  const { element, parent } = placed;
  const [written, allowed] =
    found.attribute === undefined
      ? [element.name, parent === undefined ? undefined : vocabulary.childrenOf(parent.name)]
      : [found.attribute, vocabulary.attributesOf(element.name)];
  if (allowed === undefined || allowed.includes(written)) return found;
  const near = nearestName(written, allowed);
  return compact({ ...found, allowed, didYouMean: near });
}

/** Warns of a method or a list of events whose URL is missing. */
function idleAttributes(element: XmlElement, vocabulary: Vocabulary): readonly Finding[] {
  const known = vocabulary.attributesOf(element.name) ?? [];
  return [...element.attributes.keys()].flatMap((name) => {
    const owner = known.includes(name) ? ownerOf(name, known) : undefined;
    if (owner === undefined || element.attributes.has(owner)) return [];
    return [finding('warning', element, `has ${name} without ${owner}: it does nothing`, name)];
  });
}

function ownerOf(name: string, known: readonly string[]): string | undefined {
  if (name === 'method') return ['action', 'url'].find((owner) => known.includes(owner));
  const owner = name.replace(/(?:Method|Event)$/, '');
  return owner === name ? undefined : [owner, `${owner}Url`].find((candidate) => known.includes(candidate));
}
