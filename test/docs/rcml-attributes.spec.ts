import assert from 'node:assert/strict';
import { rcmlVocabulary } from '../../src/rcml/lint/lint-vocabulary.ts';
import { compileVerbs } from '../support/compile-rcml.ts';
import { type AttributeRow, quoted, sections } from './rcml-page.ts';

const vocabulary = rcmlVocabulary();
const VERBS = vocabulary.childrenOf('Response');
/** The verbs with elements of their own inside. */
const OUTER = ['Dial', 'Start'];
const documented = new Map(sections.map(({ title, attributes }) => [title, attributes]));

const STREAM = '<Stream url="wss://agent.test/"/>';
/** What must stand in an element for it to mean anything. */
const CONTENT: Readonly<Record<string, string>> = {
  Say: 'x',
  Play: '/x.wav',
  Redirect: '/x',
  Dial: '<Client>bob</Client>',
  Client: 'bob',
  Number: '+15550123',
  Sip: 'sip:bob@pbx.test',
  Uri: 'sip:bob@pbx.test',
  Conference: 'room',
  Enqueue: 'support',
  Queue: 'support',
  Sms: 'Hello',
  Start: STREAM,
  Stop: '<Stream name="x"/>',
  Connect: STREAM,
};
/** Attributes that mean something only together. */
function companionOf(element: string, name: string): string {
  const known = vocabulary.attributesOf(element) ?? [];
  if (name === 'username') return 'password="x"';
  if (name === 'password') return 'username="x"';
  if (element === 'Dial' && ['recordingTrack', 'trim'].includes(name)) return 'record="true"';
  if (name === 'amdStatusCallbackMethod') return 'machineDetection="Enable" amdStatusCallback="/x"';
  if (/^(machineDetection.+|amd.+)/.test(name)) return 'machineDetection="Enable"';
  if (name === 'transcribe') return 'transcribeCallback="/x"';
  if (name === 'method') return known.includes('url') ? 'url="/x"' : '';
  const url = element === 'Stream' && name !== 'url' ? 'url="wss://agent.test/" ' : '';
  const owner = name.replace(/(?:Method|Event)$/, '');
  if (owner === name) return url;
  return `${url}${known.includes(owner) ? owner : `${owner}Url`}="/x"`;
}

interface Read {
  readonly values: string;
  readonly warnings: readonly string[];
}

/** The element in a verb that may have it inside. */
function inPlace(element: string, xml: string): string {
  if (VERBS.includes(element)) return xml;
  const outer = OUTER.find((verb) => vocabulary.childrenOf(verb).includes(element));
  return `<${outer}>${xml}</${outer}>`;
}

/** What the compiler reads of an element; `value` undefined: without the attribute. */
function read(element: string, name: string, value: string | undefined): Read {
  const own = value === undefined ? '' : ` ${name}="${value}"`;
  const xml = `<${element}${own} ${companionOf(element, name)}>${CONTENT[element] ?? ''}</${element}>`;
  const { verbs, warnings } = compileVerbs(inPlace(element, xml));
  return {
    values: JSON.stringify(
      verbs.map(({ value: values }) => values),
      (key, part: unknown) => (['line', 'column'].includes(key) ? undefined : part),
    ),
    warnings: warnings.filter(({ attribute }) => attribute === name).map(({ message }) => message),
  };
}

function accepts(element: string, { name, meaning }: AttributeRow, value: string): void {
  const { warnings } = read(element, name, value);
  if (meaning.startsWith('not yet')) return;
  assert.deepEqual(warnings, [], `${name}="${value}"`);
}

function refuses(element: string, { name }: AttributeRow, value: string): void {
  assert(read(element, name, value).warnings.length > 0, `${name}="${value}" is taken`);
}

function checkAllowed(element: string, row: AttributeRow): void {
  const range = /^(\d+) to (\d+)$/.exec(row.allowed);
  if (range !== null) {
    const [least, most] = [Number(range[1]), Number(range[2])];
    for (const value of [least, most]) accepts(element, row, String(value));
    for (const value of [least - 1, most + 1, `${least}.5`, '']) refuses(element, row, String(value));
  } else if (row.allowed === 'URL') {
    for (const value of ['/x?a=1', 'https://other.test/x']) accepts(element, row, value);
    for (const value of ['ftp://x/', 'http://', '']) refuses(element, row, value);
  } else if (row.allowed === 'URL or nothing') {
    for (const value of ['/x?a=1', 'https://other.test/x', '']) accepts(element, row, value);
    for (const value of ['ftp://x/', 'http://']) refuses(element, row, value);
  } else if (row.allowed === 'text') {
    accepts(element, row, 'any text');
    refuses(element, row, '');
  } else {
    const words = quoted(row.allowed);
    assert(words.length > 0, `${row.name}: nothing is said to be allowed`);
    for (const word of words) accepts(element, row, word);
    refuses(element, row, '(no such value)');
  }
}

/** What one could write that is not the default. */
function others({ allowed }: AttributeRow): readonly string[] {
  const range = /^\d+ to (\d+)$/.exec(allowed);
  if (range !== null) return [range[1] ?? ''];
  return { URL: ['/other'], 'URL or nothing': ['/other'], text: ['other'] }[allowed] ?? quoted(allowed);
}

/** Something that is allowed is read otherwise than nothing at all. */
function checkEffect(element: string, row: AttributeRow): void {
  const without = read(element, row.name, undefined).values;
  const differs = others(row).some((value) => read(element, row.name, value).values !== without);
  const says = /^(?:not yet|no effect)/.test(row.meaning);
  assert.equal(differs, !says, says ? 'it works now: the page is behind' : 'it has no effect');
}

describe('The tables of docs/rcml.md', () => {
  const inner = OUTER.flatMap((verb) => vocabulary.childrenOf(verb));
  const elements = [...VERBS, ...inner].filter((name) => name !== 'Uri');

  it('are there for every verb and noun that runs, and for no other', () => {
    const titles = sections.flatMap(({ title, attributes }) => (attributes === undefined ? [] : [title]));
    assert.deepEqual(titles.toSorted(), elements.toSorted());
    assert.deepEqual(vocabulary.attributesOf('Uri'), vocabulary.attributesOf('Sip'));
  });

  for (const element of elements) {
    const rows = documented.get(element) ?? [];
    it(`name every attribute that the compiler reads of <${element}>`, () => {
      assert.deepEqual(rows.map(({ name }) => name).toSorted(), vocabulary.attributesOf(element)?.toSorted());
    });
    for (const row of rows) {
      it(`say of ${row.name} of <${element}> what its default is and what is allowed`, () => {
        const [written] = quoted(row.default);
        assert(written !== undefined || row.default === 'none', `${row.name}: no default is said`);
        if (written !== undefined) {
          assert.equal(read(element, row.name, written).values, read(element, row.name, undefined).values);
          assert.deepEqual(read(element, row.name, written).warnings, []);
        }
        checkAllowed(element, row);
        checkEffect(element, row);
      });
    }
  }
});
