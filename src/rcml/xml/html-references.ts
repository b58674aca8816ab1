/** The names of U+00A0 to U+00FF, in that order. */
const LATIN_1 = `nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3
  acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig
  Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave
  Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave
  iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml`;
const FIRST_OF_LATIN_1 = 0xa0;

/** Other characters that word processors and templates write. */
const OTHERS: Readonly<Record<string, string>> = {
  OElig: 'Œ',
  oelig: 'œ',
  Scaron: 'Š',
  scaron: 'š',
  Yuml: 'Ÿ',
  ensp: '\u2002',
  emsp: '\u2003',
  thinsp: '\u2009',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  sbquo: '‚',
  ldquo: '“',
  rdquo: '”',
  bdquo: '„',
  lsaquo: '‹',
  rsaquo: '›',
  bull: '•',
  hellip: '…',
  euro: '€',
  trade: '™',
};

const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ...LATIN_1.split(/\s+/).map((name, at) => [name, String.fromCharCode(FIRST_OF_LATIN_1 + at)] as const),
  ...Object.entries(OTHERS),
]);
const HTML_REFERENCE = /&([A-Za-z][A-Za-z\d]{1,7});/y;

/**
 * The HTML 4 reference that begins at `at` (`&eacute;`), and its character; undefined when there is none. XML does not
 * know these, but documents that are made with HTML tools contain them.
 */
export function htmlReferenceAt(
  text: string,
  at: number,
): { readonly written: string; readonly character: string } | undefined {
  HTML_REFERENCE.lastIndex = at;
  const [written, name = ''] = HTML_REFERENCE.exec(text) ?? [];
  const character = CHARACTERS.get(name);
  return written === undefined || character === undefined ? undefined : { written, character };
}
