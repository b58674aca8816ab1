/** SAY_ENGINE, parsed. */
export type SayEngineSetting =
  | { readonly kind: 'espeak-ng' }
  | { readonly kind: 'command'; readonly words: readonly string[] }
  | { readonly kind: 'http'; readonly url: string };

/**
 * Reads SAY_ENGINE: `espeak-ng`, an http(s) URL, or a command line (words separated by spaces, quotes as in a shell,
 * `{voice}`, `{language}` and `{output}` are filled in). A string says what is wrong, for the list of wrong settings.
 */
export function parseSayEngine(setting: string): SayEngineSetting | string {
  const text = setting.trim();
  if (text === '' || text === 'espeak-ng') return { kind: 'espeak-ng' };
  if (/^https?:\/\//i.test(text)) {
    return URL.canParse(text) ? { kind: 'http', url: text } : 'SAY_ENGINE is not a valid URL';
  }
  const words = splitWords(text);
  if (words === undefined) return 'SAY_ENGINE has a quote that is not closed';
  const unknown = text
    .match(/\{\w*\}/g)
    ?.find((place) => !['{voice}', '{language}', '{output}'].includes(place));
  if (unknown !== undefined) {
    return `SAY_ENGINE has ${unknown}, but only {voice}, {language} and {output} are filled in; the text comes on standard input`;
  }
  return { kind: 'command', words };
}

/** Splits at spaces; 'a b' and "a b" are one word. Undefined when a quote is not closed. */
export function splitWords(text: string): readonly string[] | undefined {
  const words = text.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  const rest = text.replace(/'[^']*'|"[^"]*"/g, '');
  if (/['"]/.test(rest)) return undefined;
  return words.map((word) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => String(single ?? double)),
  );
}
