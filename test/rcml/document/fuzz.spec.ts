import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { compile } from '../../../src/rcml/document/compile.ts';
import { lint } from '../../../src/rcml/lint/lint.ts';
import { rcmlVocabulary } from '../../../src/rcml/lint/lint-vocabulary.ts';
import { RcmlError } from '../../../src/rcml/document/problem.ts';
import { decodeText } from '../../../src/webhooks/reply-text.ts';

/** `npm run test:fuzz` takes 100,000. */
const DOCUMENTS = Number(process.env['FUZZ_DOCUMENTS'] ?? 2000);
/** A compiler that stalls takes seconds; a machine that is busy takes tens of milliseconds. */
const LONGEST_MS = 500;
const SLOW_MS = 3;
/** The linter compiles a document, reads it once more, and compares: for every so many of the documents. */
const LINT_EVERY = 10;

const SEEDS: readonly string[] = [
  `<?xml version="1.0"?>\r\n<Response><!-- a --><Say voice="man" loop="2">Hello &amp; &#x41; <![CDATA[<x>]]></Say>
  <Dial action="/done?a=1&b=2" timeout="20" record="true"><Client statusCallback="cb"
  statusCallbackEvent="answered, completed">Bob?a=1&amp;X-B=%0d%0a</Client><Sip>sip:bob@[::1]:5070;transport=tcp?h=v</Sip>
  <Number sendDigits="1w2">+1 555 0100</Number><Conference>room</Conference></Dial><Reject reason='busy'/></Response>`,
  '<Response><Dial>client:Bob</Dial><Play digits="12">http://x/y.wav</Play><Pause length="5"/></Response>',
  '<Response><Gather><Say>x</Say></Gather><Redirect method="get">../x?y=z</Redirect><Hangup/></Response>',
  ...[...readFileSync('docs/rcml.md', 'utf8').matchAll(/^```xml\n([\s\S]*?)^```$/gm)].map(
    ([, xml = '']) => xml,
  ),
];
const MARKS = '< > & " \' / = ; % ]]> <![CDATA[ <!-- --> <? ?> &# &a; &#xD800; &#99999999; <?xml?>'.split(
  ' ',
);
const CHARACTERS = [' ', '\0', '\r', '\n', '\uD800', '\uFFFE', '\uFEFF', '\u{1F600}', '<!DOCTYPE a>'];
const VALUES =
  '-1 1e9 99999999999 NaN __proto__ constructor xmlns:a http:// // .. @ ?a=%0d%0a loop="0"'.split(' ');
const TAGS = '<Say> </Say> <Response> </Response> <Dial> <Gather> <Conference/> <Redirect/>'.split(' ');
const PIECES: readonly string[] = [MARKS, CHARACTERS, VALUES, TAGS].flat();

type Random = (below: number) => number;

/** Numbers that are the same in every run. */
function randomNumbers(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

const oneOf = (texts: readonly string[], random: Random) => texts[random(texts.length)] ?? '';

/** What names the language has: a broken document is most dangerous where it is nearly right. */
function names(): readonly string[] {
  const vocabulary = rcmlVocabulary();
  const elements = vocabulary
    .childrenOf('Response')
    .flatMap((name) => [name, ...vocabulary.childrenOf(name)]);
  return [...new Set(elements.flatMap((name) => [name, ...(vocabulary.attributesOf(name) ?? [])]))];
}
const NAMES = names();

/** One change: a piece put in or taken out, a name or value exchanged, a stretch doubled, moved, or of another document. */
function mutateOnce(text: string, random: Random): string {
  const at = random(text.length + 1);
  const end = at + random(random(3) === 0 ? 60 : 3);
  const [head, middle, tail] = [text.slice(0, at), text.slice(at, end), text.slice(end)];
  switch (random(8)) {
    case 0:
      return head + tail;
    case 1:
      return head + middle + middle + tail;
    case 2: {
      const to = random(tail.length + 1);
      return head + tail.slice(0, to) + middle + tail.slice(to);
    }
    case 3: {
      const other = oneOf(SEEDS, random);
      const from = random(other.length);
      return head + other.slice(from, from + random(200)) + tail;
    }
    case 4:
      return text.replaceAll(oneOf(NAMES, random), oneOf(NAMES, random));
    case 5: {
      const written = oneOf(PIECES, random);
      return text.replace(/="[^"]*"/, () => `="${written}"`);
    }
    default:
      return head + oneOf(PIECES, random) + tail;
  }
}

/** A change after which it is XML as before, for what lies behind the XML. */
function mutateGently(text: string, random: Random): string {
  const escaped = (piece: string) => piece.replace(/[&<>"\0\uD800\uFFFE]/g, '_');
  const at = random(text.length);
  const within = (what: RegExp, replacement: string) =>
    text.slice(0, at) + text.slice(at).replace(what, () => replacement);
  switch (random(4)) {
    case 0:
      return text.replaceAll(oneOf(NAMES, random), oneOf(NAMES, random));
    case 1:
      return within(/ \w+="/, ` ${oneOf(NAMES, random)}="`);
    case 2:
      return within(/="[^"]*"/, `="${escaped(oneOf(PIECES, random))}"`);
    default:
      return within(/>[^<]*<\//, `>${escaped(oneOf(PIECES, random)).repeat(1 + random(3))}</`);
  }
}

function mutate(text: string, random: Random): string {
  const change = random(2) === 0 ? mutateOnce : mutateGently;
  let mutated = text;
  for (let times = 1 + random(4); times > 0; times -= 1) mutated = change(mutated, random);
  return mutated;
}

/** Why it was refused, or undefined. */
function compileOrRefuse(text: string): string | undefined {
  try {
    compile({ text, contentType: 'text/xml', url: 'http://app.test/' });
  } catch (error) {
    if (!(error instanceof RcmlError)) throw new Error(`${String(error)} for ${JSON.stringify(text)}`);
    for (const { line, column } of error.problems) assert(line >= 1 && column >= 1, JSON.stringify(text));
    return error.message;
  }
  return undefined;
}

/** The processor's time in milliseconds: what else the machine does meanwhile does not count. */
function timed(run: () => unknown): number {
  const began = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

/** The same, and what seems slow is tried again: a machine that did something else is not slow twice. */
function timedFairly(run: () => unknown): number {
  let took = timed(run);
  for (let again = 0; again < 3 && took > SLOW_MS; again += 1) took = Math.min(took, timed(run));
  return took;
}

/** Of times in milliseconds, for people. */
function figures(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const quantile = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2);
  return `p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, p99.9 ${quantile(0.999)} ms, max ${quantile(1)} ms`;
}

describe('A document that somebody has broken', () => {
  it(`is compiled or refused, in ${DOCUMENTS} ways, and each in no time`, () => {
    const random = randomNumbers(42);
    const [times, lintTimes]: [number[], number[]] = [[], []];
    let refused = 0;
    for (let round = 0; round < DOCUMENTS; round += 1) {
      const text = mutate(oneOf(SEEDS, random), random);
      let refusal: string | undefined;
      times.push(timedFairly(() => (refusal = compileOrRefuse(text))));
      if (refusal !== undefined) refused += 1;
      if (round % LINT_EVERY === 0) {
        lintTimes.push(timedFairly(() => lint({ text, contentType: 'text/xml' })));
      }
    }
    if (DOCUMENTS >= 100_000) {
      console.log(`      ${DOCUMENTS} documents, ${refused} of them refused. Compiling: ${figures(times)}.`);
      console.log(`      The linter, ${lintTimes.length} of them: ${figures(lintTimes)}.`);
    }
    assert(refused > DOCUMENTS / 10 && refused < (DOCUMENTS * 9) / 10, `${refused} were refused`);
    const longest = times.reduce((a, b) => Math.max(a, b), 0);
    assert(longest < LONGEST_MS, `one took ${longest} ms`);
  });

  const MEGABYTE = 'x'.repeat(1024 * 1024);
  const TOO_LONG = 'Line 1, column 1: the document is longer than 64 KiB.';
  const DOCTYPE = 'a DOCTYPE or other declaration is not allowed in RCML.';
  const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`).join(
    '',
  );
  const hostile: readonly (readonly [title: string, text: string, refusal: string | undefined])[] = [
    [
      'a bomb of entities',
      `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "ha">${entities}]><Response><Say>&a9;</Say></Response>`,
      `Line 1, column 22: ${DOCTYPE}`,
    ],
    [
      'an entity that is a file',
      '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><Response><Say>&a;</Say></Response>',
      `Line 1, column 1: ${DOCTYPE}`,
    ],
    [
      'a declaration inside its root',
      '<Response><!ENTITY a "b"></Response>',
      `Line 1, column 11: ${DOCTYPE}`,
    ],
    [
      'nine thousand nested elements',
      `<Response>${'<a>'.repeat(9_000)}${'</a>'.repeat(9_000)}</Response>`,
      'Line 1, column 104: <a> is nested deeper than 32 elements.',
    ],
    ['an attribute of a megabyte', `<Response><Say voice="${MEGABYTE}">x</Say></Response>`, TOO_LONG],
    ['a text of a megabyte', `<Response><Say>${MEGABYTE}</Say></Response>`, TOO_LONG],
    ['a name of a megabyte', `<Response><${MEGABYTE}/></Response>`, TOO_LONG],
    [
      'a NUL',
      '<Response><Say>a\0b</Say></Response>',
      'Line 1, column 17: a control character is not allowed in XML.',
    ],
    [
      'a NUL as a reference',
      '<Response><Say>a&#0;</Say></Response>',
      'Line 1, column 17: &#0; is not a character that XML allows.',
    ],
    [
      'half a surrogate pair',
      '<Response><Say>\uD83D</Say></Response>',
      'Line 1, column 16: a control character is not allowed in XML.',
    ],
    ['nothing but &', `<Response>${'&'.repeat(65_000)}</Response>`, undefined],
    [
      'unclosed tags',
      '<Response>'.concat('<a '.repeat(20_000)),
      'Line 1, column 11: the tag <a is not closed by ">".',
    ],
    ['a tag full of white space', `<Response><Say ${' '.repeat(65_000)}/></Response>`, undefined],
    [
      'a tag full of =',
      `<Response><Say ${'='.repeat(65_000)}/></Response>`,
      'Line 1, column 11: the tag <Say has a "=" without an attribute\'s name.',
    ],
    [
      'thousands of attributes',
      `<Response ${Array.from({ length: 6000 }, (_, i) => `a${i}=""`).join(' ')}/>`,
      undefined,
    ],
    ['thousands of elements', `<Response>${'\r\n<a/>'.repeat(10_000)}</Response>`, undefined],
    ['thousands of comments', `<Response>${'<!---->'.repeat(9000)}</Response>`, undefined],
    ['thousands of verbs', `<Response>${'<Say>a</Say>'.repeat(5000)}</Response>`, undefined],
    ['thousands of nouns', `<Response><Dial>${'<Sip>a@b</Sip>'.repeat(4000)}</Dial></Response>`, undefined],
    ['an endless SIP address', `<Response><Dial>a@${'a.'.repeat(30_000)};</Dial></Response>`, undefined],
    ['endless SIP parameters', `<Response><Dial>a@b${';a=b'.repeat(16_000)}"</Dial></Response>`, undefined],
    [
      'an endless list of events',
      `<Response><Dial><Client statusCallbackEvent="${'x,'.repeat(30_000)}">b</Client></Dial></Response>`,
      undefined,
    ],
    ['an endless URL', `<Response><Play>/${'../'.repeat(20_000)}</Play></Response>`, undefined],
    ['endless white space in a URL', `<Response><Play>a${' '.repeat(60_000)}b</Play></Response>`, undefined],
  ];
  for (const [title, text, refusal] of hostile) {
    it(`with ${title} is ${refusal === undefined ? 'read' : 'refused'}, and takes less than a second of processor time`, () => {
      assert(timed(() => assert.equal(compileOrRefuse(text), refusal)) < 1000);
      assert(timed(() => lint({ text, contentType: '' })) < 1000);
    });
  }

  const TEXT = '<Response><Say>Grüße</Say></Response>';
  const utf16 = Buffer.from(TEXT, 'utf16le');
  const CONTROL = 'a control character is not allowed in XML.';
  const encoded: readonly (readonly [title: string, bytes: Buffer, outcome: string])[] = [
    ['UTF-8', Buffer.from(TEXT), 'Grüße'],
    ['UTF-8 with a mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(TEXT)]), 'Grüße'],
    ['UTF-16 with a mark, little-endian', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), 'Grüße'],
    ['UTF-16 with a mark, big-endian', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]).swap16(), 'Grüße'],
    ['UTF-16 without a mark', utf16, `Line 1, column 2: ${CONTROL}`],
    [
      'UTF-32 with a mark',
      Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from('<\0\0\0')]),
      `Line 1, column 1: ${CONTROL}`,
    ],
    // The linter warns of it (lint-encoding.spec.ts); a call goes on without the letter.
    ['ISO-8859-1 that is not declared', Buffer.from(TEXT, 'latin1'), 'Gr\uFFFD\uFFFDe'],
  ];
  for (const [title, bytes, outcome] of encoded) {
    it(`or that came as ${title} is ${outcome.startsWith('Line') ? 'refused with the place' : 'read'}`, () => {
      const text = decodeText(bytes, 'text/xml');
      assert.equal(compileOrRefuse(text) ?? /<Say>(.*)<\/Say>/.exec(text)?.[1], outcome);
    });
  }
});
