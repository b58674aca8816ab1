import type { VoiceChoice } from './speech-engine.ts';

/** What an espeak-ng can speak; all lower case. */
export interface EspeakVoices {
  /** Language tags, and espeak-ng's other names for languages. */
  readonly languages: ReadonlySet<string>;
  /** Lower-case voice name → as espeak-ng spells it; they stand for a language, e.g. `english_(scotland)`. */
  readonly names: ReadonlyMap<string, string>;
  /** Lower-case variant → as espeak-ng spells it; they change a voice, e.g. `f2`, `annie`. */
  readonly variants: ReadonlyMap<string, string>;
}

const FALLBACK_LANGUAGE = 'en-us';
const WOMAN = 'f2';

/** Tags that espeak-ng does not list, among them Restcomm's and Twilio's own. */
const ALIASES: Readonly<Record<string, string>> = {
  en: 'en-us',
  'en-uk': 'en-gb',
  'en-au': 'en-gb',
  'en-nz': 'en-gb',
  'en-ie': 'en-gb',
  'en-in': 'en-gb',
  'en-za': 'en-gb',
  'es-ar': 'es-419',
  'es-cl': 'es-419',
  'es-co': 'es-419',
  'es-mx': 'es-419',
  'es-pe': 'es-419',
  'es-us': 'es-419',
  fr: 'fr-fr',
  'zh-cn': 'cmn',
  'zh-tw': 'cmn',
  'zh-sg': 'cmn',
  'zh-hk': 'yue',
  zh: 'cmn',
  no: 'nb',
  iw: 'he',
  in: 'id',
  tl: 'en-us',
  bp: 'pt-br',
  cf: 'fr-fr',
  bf: 'fr-be',
  dan: 'da',
};

/** Reads what `espeak-ng --voices` and `espeak-ng --voices=variant` print. */
export function parseEspeakVoices(voices: string, variants: string): EspeakVoices {
  const languages = new Set<string>();
  const names = new Map<string, string>();
  for (const row of rows(voices)) {
    languages.add(row.language.toLowerCase());
    for (const [, other = ''] of row.others.matchAll(/\(([a-z0-9-]+) \d+\)/gi))
      languages.add(other.toLowerCase());
    names.set(row.name.toLowerCase(), row.name);
  }
  const byFile = rows(variants).map((row) => row.file.replace(/^!v\//, ''));
  return { languages, names, variants: new Map(byFile.map((file) => [file.toLowerCase(), file])) };
}

function rows(table: string): readonly { language: string; name: string; file: string; others: string }[] {
  return table.split('\n').flatMap((line) => {
    const found = /^\s*\d+\s+(\S+)\s+\S+\s+(\S+)\s+(\S.*?)(?:\s*(\(.*))?\s*$/.exec(line);
    if (found === null) return [];
    const [, language = '', name = '', file = '', others = ''] = found;
    return [{ language, name, file, others }];
  });
}

/** Which espeak-ng voice speaks for `voice` (man, woman, a name) in `language`, with a note for what it does not have. */
export function chooseEspeakVoice(voices: EspeakVoices, voice: string, language: string): VoiceChoice {
  const notes: string[] = [];
  const found = languageOf(voices, language);
  if (found === undefined) notes.push(`the language "${shorten(language)}" is not known; en is used`);
  const spoken = found ?? FALLBACK_LANGUAGE;
  const choose = (name: string): VoiceChoice => ({ ok: true, voice: name, language: spoken, notes });
  const asked = voice.trim().toLowerCase();
  if (asked === 'woman' || asked === '') return choose(`${spoken}+${WOMAN}`);
  if (asked === 'man') return choose(spoken);
  const named = namedVoice(voices, asked, spoken);
  if (named !== undefined) return choose(named);
  notes.push(`the voice "${shorten(voice)}" is not known; woman is used`);
  return choose(`${spoken}+${WOMAN}`);
}

/** A variant of the language's voice, a voice of its own, or both joined by `+`. */
function namedVoice(voices: EspeakVoices, asked: string, language: string): string | undefined {
  const [base = '', variant, ...more] = asked.split('+');
  if (more.length > 0) return undefined;
  const variantOf = (name: string): string | undefined => voices.variants.get(name);
  if (variant === undefined && variantOf(base) !== undefined) return `${language}+${variantOf(base)}`;
  const name = voices.names.get(base) ?? (voices.languages.has(base) ? base : undefined);
  if (name === undefined || variant === undefined) return name;
  return variantOf(variant) === undefined ? undefined : `${name}+${variantOf(variant)}`;
}

/** The tag itself, its alias, or the same without its last parts. */
function languageOf(voices: EspeakVoices, language: string): string | undefined {
  const parts = language.trim().toLowerCase().replaceAll('_', '-').split('-');
  for (let length = parts.length; length > 0; length -= 1) {
    const tag = parts.slice(0, length).join('-');
    const known = Object.hasOwn(ALIASES, tag) ? ALIASES[tag] : tag;
    if (known !== undefined && voices.languages.has(known)) return known;
  }
  return undefined;
}

function shorten(text: string): string {
  return text.slice(0, 40);
}
