/** Kinds of `say-as` that are spelled, by espeak-ng's name for all of them. */
const SPELLED = ['characters', 'spell-out', 'digits', 'telephone', 'verbatim'];

/** What espeak-ng does with our SSML, all of it tried. */
export interface EspeakMarkup {
  readonly ssml: string;
  /** Elements that it reads as if they were not there. */
  readonly unknown: readonly string[];
}

/** Puts what espeak-ng calls otherwise into its own words: it changes the language by `voice`, and spells `characters`. */
export function espeakMarkup(ssml: string): EspeakMarkup {
  const kinds = [...ssml.matchAll(/<say-as[^>]*? interpret-as="([^"]*)"/g)].map(([, kind = '']) => kind);
  const unknown = [
    ...['phoneme', 'w'].filter((name) => new RegExp(`<${name}[ >/]`).test(ssml)),
    ...kinds.filter((kind) => !SPELLED.includes(kind)).map((kind) => `say-as interpret-as="${kind}"`),
  ];
  const own = ssml
    .replace(/<lang(?=[ >/])/g, '<voice')
    .replaceAll('</lang>', '</voice>')
    .replace(
      /(<say-as[^>]*? interpret-as=")([^"]*)"/g,
      (_, before: string, kind: string) => `${before}${SPELLED.includes(kind) ? 'characters' : kind}"`,
    );
  return { ssml: own, unknown: [...new Set(unknown)] };
}

/** The names of all elements of our SSML. */
export function elementsOf(ssml: string): readonly string[] {
  const names = [...ssml.matchAll(/<([a-z-]+)/g)].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => name !== 'speak');
}
