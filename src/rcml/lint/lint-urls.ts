import { finding, type Finding } from './lint-finding.ts';
import type { Vocabulary } from './lint-vocabulary.ts';
import { textOf } from '../document/parse-context.ts';
import type { XmlElement } from '../xml/xml.ts';

const URL_ATTRIBUTE = /^(?:action|url|\w+Url|\w+Callback)$/;
const LOOPBACK = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0)$/;
const HAS_SCHEME = /^[a-z][a-z\d+.-]*:/i;

type Trouble = readonly [level: Finding['level'], what: string];

/** Finds URLs that do not lead where their author thinks. `base` is the document's own URL, if it is known. */
export function checkUrls(
  elements: readonly XmlElement[],
  base: string | undefined,
  vocabulary: Vocabulary,
): readonly Finding[] {
  return elements.flatMap((element) => {
    const known = vocabulary.attributesOf(element.name) ?? [];
    const named = [...element.attributes].filter(
      ([name]) => known.includes(name) && URL_ATTRIBUTE.test(name),
    );
    const inText = vocabulary.hasUrlText(element.name) ? textOf(element) : '';
    return [
      ...named.flatMap(([name, value]) => findings(element, value, base, name)),
      ...(inText === '' ? [] : findings(element, inText, base)),
    ];
  });
}

function findings(
  element: XmlElement,
  written: string,
  base: string | undefined,
  attribute?: string,
): readonly Finding[] {
  const subject = attribute === undefined ? 'has a URL that' : `has ${attribute}, which`;
  // Nothing instead of a URL; where that means nothing, the compiler says so.
  if (written === '') return [];
  return troublesOf(written, base).map(([level, what]) =>
    finding(level, element, `${subject} ${what}`, attribute),
  );
}

/** What is odd about one URL; the compiler reports what is not a URL at all. */
function troublesOf(written: string, base: string | undefined): readonly Trouble[] {
  if (!URL.canParse(written, base ?? 'http://base.invalid/')) return [];
  const url = new URL(written, base ?? 'http://base.invalid/');
  if (['ws:', 'wss:'].includes(url.protocol)) return [...spelling(written, url), ...socket(url)];
  if (!['http:', 'https:'].includes(url.protocol)) return schemeless(written);
  return [
    ...spelling(written, url),
    ...(HAS_SCHEME.test(written) ? target(url, base) : relative(written, url, base)),
  ];
}

/** `example.com:3000/x` and `localhost:3000` parse as URLs of the scheme `example.com:`. */
function schemeless(written: string): readonly Trouble[] {
  return /^[\w.-]+:\d+(?:[/?#]|$)/.test(written) ? [['warning', 'lacks http:// or https:// in front']] : [];
}

function spelling(written: string, url: URL): readonly Trouble[] {
  const troubles: (Trouble | false)[] = [
    /\s/.test(written) && ['warning', 'has white space in it: a space is requested as %20'],
    written.includes('\\') && ['warning', 'has a \\ in it, which is requested as /'],
    /&amp;|%26amp;/i.test(written) && ['warning', 'still has "&amp;" in it: its & was escaped twice'],
    /\{\{|\$\{|<%|\}\}/.test(written) && ['warning', 'looks like a template that was not filled in'],
    url.hash !== '' && ['warning', 'has a # in it: what follows it is never sent'],
    /^https?:(?!\/\/)/i.test(written) && ['warning', `lacks // and is read as ${url.href}`],
  ];
  return troubles.filter((trouble) => trouble !== false);
}

function target(url: URL, base: string | undefined): readonly Trouble[] {
  const own = base === undefined ? undefined : new URL(base);
  const isLocal = LOOPBACK.test(url.hostname);
  const isPlain = url.protocol === 'http:';
  const hasCredentials = url.username !== '' || url.password !== '';
  const shown = `${url.protocol}//***@${url.host}`;
  const troubles: (Trouble | false)[] = [
    isLocal &&
      (own === undefined || !LOOPBACK.test(own.hostname)) && [
        'warning',
        `names ${url.host}: for Legwork that is the machine on which Legwork runs`,
      ],
    !isLocal &&
      isPlain &&
      own?.protocol === 'https:' && ['note', 'is http, while the document came over https'],
    hasCredentials &&
      (isPlain && !isLocal
        ? ['warning', `sends user and password unencrypted (${shown})`]
        : ['note', `sends user and password (${shown})`]),
  ];
  return troubles.filter((trouble) => trouble !== false);
}

/** What works here and is refused by Twilio. */
function socket(url: URL): readonly Trouble[] {
  const troubles: (Trouble | false)[] = [
    url.protocol === 'ws:' && ['note', 'is ws: and so not encrypted; Twilio takes wss: only'],
    url.search !== '' && ['note', 'has a query, which Twilio does not take: use Parameter instead'],
  ];
  return troubles.filter((trouble) => trouble !== false);
}

function relative(written: string, url: URL, base: string | undefined): readonly Trouble[] {
  if (written.startsWith('//')) return [['warning', `begins with //, so it leads to the host ${url.host}`]];
  const [segment = ''] = written.split(/[/?#]/);
  const troubles: (Trouble | false)[] = [
    looksLikeHost(segment) && [
      'warning',
      `lacks http:// or https:// in front: "${segment}" is read as a path of the document's host`,
    ],
    base === undefined && [
      'note',
      "is relative: it resolves against the document's own URL, which is not known here",
    ],
  ];
  return troubles.filter((trouble) => trouble !== false);
}

/** `www.example.com` and `example.com`, but not `menu.xml` or `done.php`. */
function looksLikeHost(segment: string): boolean {
  return /^(?:www\.)[\w.-]+$|^[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|app|co|eu|de|uk|us|fr|test|local)$/i.test(
    segment,
  );
}
