import { type AttributeTypes, readAttributes, text } from '../document/attributes.ts';
import type { ParseContext } from '../document/parse-context.ts';
import type { XmlElement } from '../xml/xml.ts';

/** SSML's elements that may be inside a `<Say>`, with their attributes; what a value means is the engine's business. */
const MARKUP: Readonly<Record<string, AttributeTypes>> = {
  break: { strength: text(), time: text() },
  emphasis: { level: text() },
  lang: { 'xml:lang': text() },
  p: {},
  phoneme: { alphabet: text(), ph: text() },
  prosody: { rate: text(), pitch: text(), volume: text() },
  s: {},
  'say-as': { 'interpret-as': text(), format: text() },
  sub: { alias: text() },
  w: { role: text() },
};

/** What a `<Say>` says. */
export interface SayText {
  /** Without its markup. */
  readonly text: string;
  /** With it, as one `<speak>` element; undefined when there is none. */
  readonly ssml?: string;
}

/** Reads the text with its markup. Of an element that is not SSML only the text is read, after a warning: no word may be lost. */
export function readSayText(element: XmlElement, context: ParseContext): SayText {
  const parts = contentOf(element, context);
  const spoken = inOneLine(parts.text);
  if (!parts.isMarked || spoken === '') return { text: spoken };
  return { text: spoken, ssml: `<speak>${inOneLine(parts.ssml)}</speak>` };
}

interface Parts {
  readonly text: string;
  readonly ssml: string;
  readonly isMarked: boolean;
}

function contentOf(element: XmlElement, context: ParseContext): Parts {
  const parts = element.children.map((child) =>
    typeof child === 'string'
      ? { text: child, ssml: escaped(child), isMarked: false }
      : elementOf(child, context),
  );
  return {
    text: parts.map((part) => part.text).join(''),
    ssml: parts.map((part) => part.ssml).join(''),
    isMarked: parts.some(({ isMarked }) => isMarked),
  };
}

function elementOf(element: XmlElement, context: ParseContext): Parts {
  const { name } = element;
  const types = Object.hasOwn(MARKUP, name) ? MARKUP[name] : undefined;
  if (types === undefined) {
    context.warn(element, 'is not rendered inside <Say>; only its text is read');
    const inner = contentOf(element, context);
    return { ...inner, text: ` ${inner.text} `, ssml: ` ${inner.ssml} ` };
  }
  const attributes = readAttributes(element, types, context);
  const inner = contentOf(element, context);
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('');
  const alias = name === 'sub' ? attributes['alias'] : undefined;
  return {
    text: ` ${typeof alias === 'string' ? alias : inner.text} `,
    ssml: inner.ssml === '' ? `<${name}${written}/>` : `<${name}${written}>${inner.ssml}</${name}>`,
    isMarked: true,
  };
}

function inOneLine(words: string): string {
  return words.replace(/\s+/g, ' ').trim();
}

function escaped(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
