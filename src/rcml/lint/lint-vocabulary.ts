import { ParseContext } from '../document/parse-context.ts';
import { LONE_NOUNS, NOUN_NAMES } from '../verbs/dial/nouns.ts';
import { STARTED_NAMES } from '../verbs/start/start.ts';
import { verbs } from '../verbs/index.ts';
import type { XmlElement } from '../xml/xml.ts';

/** The names of the language: what may be inside an element, and which attributes it takes. */
export interface Vocabulary {
  /** Empty when nothing may be inside it, or the element is unknown. */
  childrenOf(element: string): readonly string[];
  /** Undefined for an element that is unknown or not supported. */
  attributesOf(element: string): readonly string[] | undefined;
  /** Whether an element's text is a URL. */
  hasUrlText(element: string): boolean;
}

/** What can be inside of some verb. */
const INNER_NAMES: readonly string[] = [
  ...verbs.map(({ name }) => name),
  ...NOUN_NAMES,
  ...LONE_NOUNS,
  ...STARTED_NAMES,
  'Parameter',
];

/** Attributes that remember what the compiler asked them for. */
class WatchedAttributes extends Map<string, string> {
  readonly asked = new Set<string>();
  wasRead = false;

  override get(name: string): undefined {
    this.asked.add(name);
  }

  override keys(): ReturnType<Map<string, string>['keys']> {
    this.wasRead = true;
    return super.keys();
  }
}

let learnt: Vocabulary | undefined;

/** The names of this Legwork's language; they are learnt when somebody first asks. */
export function rcmlVocabulary(): Vocabulary {
  learnt ??= learnVocabulary();
  return learnt;
}

/**
 * Learns the names from the compiler itself: it compiles each element once, with attributes that remember which of
 * them were read. So there is no second list that could fall behind the verbs.
 */
function learnVocabulary(): Vocabulary {
  const attributes = new Map<string, readonly string[]>([['Response', []]]);
  const children = new Map<string, readonly string[]>();
  for (const verb of verbs) {
    const compiled = (inside: readonly XmlElement[]) => {
      const watched = new WatchedAttributes();
      verb.compile(element(verb.name, watched, inside), new ParseContext(undefined));
      return watched;
    };
    const own = compiled([]);
    if (!own.wasRead) continue;
    attributes.set(verb.name, [...own.asked]);
    const known = INNER_NAMES.filter((name) => {
      const watched = new WatchedAttributes();
      compiled([element(name, watched, [])]);
      if (watched.wasRead && !attributes.has(name)) attributes.set(name, [...watched.asked]);
      return watched.wasRead;
    });
    children.set(verb.name, known);
    for (const name of known) {
      const inside = INNER_NAMES.filter((inner) => {
        const watched = new WatchedAttributes();
        compiled([element(name, new Map(), [element(inner, watched, [])])]);
        if (watched.wasRead && !attributes.has(inner)) attributes.set(inner, [...watched.asked]);
        return watched.wasRead;
      });
      if (inside.length > 0) children.set(name, [...new Set([...(children.get(name) ?? []), ...inside])]);
    }
  }
  children.set(
    'Response',
    verbs.flatMap(({ name }) => (children.has(name) ? [name] : [])),
  );
  return {
    childrenOf: (name) => children.get(name) ?? [],
    attributesOf: (name) => attributes.get(name),
    hasUrlText: (name) => verbs.some((verb) => verb.name === name && verb.textIsUrl),
  };
}

function element(
  name: string,
  attributes: ReadonlyMap<string, string>,
  children: readonly XmlElement[],
): XmlElement {
  return { name, line: 1, column: 1, attributes, children };
}
