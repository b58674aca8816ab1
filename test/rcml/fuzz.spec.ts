import assert from 'node:assert/strict';
import { compile } from '../../src/rcml/compile.ts';
import { RcmlError } from '../../src/rcml/problem.ts';

const SEEDS = [
  `<?xml version="1.0"?>\r\n<Response><!-- a --><Say voice="man" loop="2">Hello &amp; &#x41; <![CDATA[<x>]]></Say>
  <Dial action="/done?a=1&b=2" timeout="20" record="true"><Client statusCallback="cb"
  statusCallbackEvent="answered, completed">Bob?a=1&amp;X-B=%0d%0a</Client><Sip>sip:bob@[::1]:5070;transport=tcp?h=v</Sip>
  <Number sendDigits="1w2">+1 555 0100</Number><Conference>room</Conference></Dial><Reject reason='busy'/></Response>`,
  '<Response><Dial>client:Bob</Dial><Play digits="12">http://x/y.wav</Play><Pause length="5"/></Response>',
  '<Response><Gather><Say>x</Say></Gather><Redirect method="get">../x?y=z</Redirect><Hangup/></Response>',
];
const PIECES = [
  '<',
  '>',
  '&',
  '"',
  "'",
  '/',
  '=',
  ']]>',
  '<![CDATA[',
  '<!--',
  '-->',
  '<?',
  '?>',
  '&#',
  ';',
  '%',
];
const MORE_PIECES = [
  '\0',
  '\r',
  '\n',
  '\uD800',
  '\u{1F600}',
  '<Say>',
  '</Say>',
  '<!DOCTYPE',
  '&#xD800;',
  '=',
  ' ',
];
const ALL_PIECES = [...PIECES, ...MORE_PIECES];

/** Numbers that are the same in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

function mutate(text: string, random: (below: number) => number): string {
  let mutated = text;
  for (let times = 1 + random(4); times > 0; times -= 1) {
    const at = random(mutated.length + 1);
    const length = random(3) === 0 ? random(30) : random(2);
    const piece = ALL_PIECES[random(ALL_PIECES.length)] ?? '';
    mutated = mutated.slice(0, at) + (random(4) === 0 ? '' : piece) + mutated.slice(at + length);
  }
  return mutated;
}

function compileOrRefuse(text: string): void {
  try {
    compile({ text, contentType: 'text/xml', url: 'http://app.test/' });
  } catch (error) {
    if (!(error instanceof RcmlError)) throw new Error(`${String(error)} for ${JSON.stringify(text)}`);
    for (const { line, column } of error.problems) assert(line >= 1 && column >= 1, JSON.stringify(text));
  }
}

describe('A document that somebody has broken', () => {
  it('is compiled or refused, in four thousand ways', () => {
    const random = randomNumbers(42);
    for (let round = 0; round < 4000; round += 1) {
      compileOrRefuse(mutate(SEEDS[random(SEEDS.length)] ?? '', random));
    }
  });

  const hostile: Readonly<Record<string, string>> = {
    'nothing but &': `<Response>${'&'.repeat(65_000)}</Response>`,
    'unclosed tags': '<Response>'.concat('<a '.repeat(20_000)),
    'a tag full of white space': `<Response><Say ${' '.repeat(65_000)}/></Response>`,
    'a tag full of =': `<Response><Say ${'='.repeat(65_000)}/></Response>`,
    'thousands of attributes': `<Response ${Array.from({ length: 7000 }, (_, i) => `a${i}=""`).join(' ')}/>`,
    'thousands of elements': `<Response>${'\r\n<a/>'.repeat(10_000)}</Response>`,
    'thousands of comments': `<Response>${'<!---->'.repeat(9000)}</Response>`,
    'thousands of nouns': `<Response><Dial>${'<Sip>a@b</Sip>'.repeat(4000)}</Dial></Response>`,
    'an endless SIP address': `<Response><Dial>a@${'a.'.repeat(30_000)};</Dial></Response>`,
    'endless SIP parameters': `<Response><Dial>a@b${';a=b'.repeat(16_000)}"</Dial></Response>`,
    'an endless list of events': `<Response><Dial><Client statusCallbackEvent="${'x,'.repeat(30_000)}">b</Client></Dial></Response>`,
  };
  for (const [title, text] of Object.entries(hostile)) {
    it(`with ${title} takes less than a second`, () => {
      const beganAt = performance.now();
      compileOrRefuse(text);
      assert(performance.now() - beganAt < 1000);
    });
  }
});
