import assert from 'node:assert/strict';
import { readVerbs } from '../../support/compile-rcml.ts';

/** How to write an element with one attribute, and where its value is read to. */
interface Subject {
  readonly write: (attribute: string) => string;
  readonly read: (value: Readonly<Record<string, unknown>>) => unknown;
}

type Row = readonly [
  attribute: string,
  absent: unknown,
  good: readonly Pair[],
  bad: readonly string[],
  allowed: string,
];
type Pair = readonly [written: string, read: unknown];

const METHODS: readonly Pair[] = [
  ['GET', 'GET'],
  ['get', 'GET'],
  [' Post ', 'POST'],
];
const method = (absent: string): Row => [absent, 'POST', METHODS, ['PUT', ''], 'GET or POST'];
const loop: Row = [
  'loop',
  1,
  [
    ['0', 0],
    [' 3 ', 3],
    ['1000', 1000],
  ],
  ['-1', '1001', 'x', '1.5', '', '1e2', '0x1'],
  'a whole number from 0 to 1000',
];
const text = (name: string, absent: unknown): Row => [
  name,
  absent,
  [['Some Name', 'Some Name']],
  ['', 'a&#10;b', 'a&#13;b', '&#x7f;b'],
  'non-empty text on one line',
];
const flag = (name: string, absent = false): Row => [
  name,
  absent,
  [
    ['true', true],
    ['TRUE', true],
    ['false', false],
  ],
  ['yes', '1', ''],
  'true or false',
];
const url = (name: string): Row => [
  name,
  undefined,
  [
    ['http://other.test/x?y=1', 'http://other.test/x?y=1'],
    ['/done', 'http://app.test/done'],
    ['done?a=1&amp;b=2', 'http://app.test/calls/done?a=1&b=2'],
    ['../up', 'http://app.test/up'],
    ['?a=1', 'http://app.test/calls/voice.xml?a=1'],
    ['//cdn.test/x', 'http://cdn.test/x'],
  ],
  ['ftp://x/y', 'javascript:alert(1)', 'http://', 'file:///etc/passwd', '', '/a&#10;b'],
  'an http or https URL',
];
const seconds = (name: string, absent: number, least: number, most: number): Row => [
  name,
  absent,
  [
    [String(least), least],
    [String(most), most],
    ['45', 45],
  ],
  [String(least - 1), String(most + 1), '5s', '5.5', ''],
  `whole seconds from ${least} to ${most}`,
];

const on = (name: string, content: string, key?: string): Subject => ({
  write: (attribute) => `<${name} ${attribute}>${content}</${name}>`,
  read: (value) => value[key ?? ''],
});
const dial = (key: string) => on('Dial', 'bob', key);
const room = (key: string): Subject => ({
  write: (attribute) => `<Dial><Conference ${attribute}>sales</Conference></Dial>`,
  read: ({ conference }) => (conference as Readonly<Record<string, unknown>>)[key],
});

const SUBJECTS: readonly (readonly [element: string, subject: Subject, row: Row])[] = [
  ['Say', on('Say', 'x', 'voice'), text('voice', 'woman')],
  ['Say', on('Say', 'x', 'language'), text('language', 'en')],
  ['Say', on('Say', 'x', 'loop'), loop],
  ['Play', on('Play', '/x.wav', 'loop'), loop],
  ['Pause', on('Pause', '', 'lengthS'), seconds('length', 1, 0, 3600)],
  ['Redirect', on('Redirect', '/x', 'method'), method('method')],
  [
    'Reject',
    on('Reject', '', 'reason'),
    [
      'reason',
      'rejected',
      [
        ['rejected', 'rejected'],
        ['Busy', 'busy'],
      ],
      ['no', ''],
      'rejected, busy',
    ],
  ],
  ['Dial', dial('action'), url('action')],
  ['Dial', dial('method'), method('method')],
  ['Dial', dial('timeoutS'), seconds('timeout', 30, 1, 3600)],
  ['Dial', dial('timeLimitS'), seconds('timeLimit', 14_400, 1, 86_400)],
  ['Dial', dial('hangupOnStar'), flag('hangupOnStar')],
  ['Dial', dial('answerOnBridge'), flag('answerOnBridge')],
  ['Dial', dial('sequential'), flag('sequential')],
  ['Conference', room('muted'), flag('muted')],
  ['Conference', room('startConferenceOnEnter'), flag('startConferenceOnEnter', true)],
  ['Conference', room('endConferenceOnExit'), flag('endConferenceOnExit')],
  [
    'Conference',
    room('maxParticipants'),
    [
      'maxParticipants',
      40,
      [
        ['1', 1],
        ['250', 250],
      ],
      ['0', '251', 'x', ''],
      'a whole number from 1 to 250',
    ],
  ],
];

describe('An attribute', () => {
  for (const [element, subject, [name, absent, good, bad, allowed]] of SUBJECTS) {
    const valueOf = (attribute: string) => {
      const { verbs, warnings } = readVerbs(subject.write(attribute));
      const [, value] = verbs[0] as readonly [string, Readonly<Record<string, unknown>>];
      return { value: subject.read(value), warnings };
    };

    it(`${name} of ${element} is ${JSON.stringify(absent) ?? 'not set'} when it is not given`, () => {
      assert.deepEqual(valueOf(''), { value: absent, warnings: [] });
    });

    for (const [written, value] of good) {
      it(`${name} of ${element} may be "${written}"`, () => {
        assert.deepEqual(valueOf(`${name}="${written}"`), { value, warnings: [] });
      });
    }

    for (const written of bad) {
      it(`${name}="${written}" of ${element} gives the default, and a warning that says what is allowed`, () => {
        const { value, warnings } = valueOf(`${name}="${written}"`);
        assert.equal(value, absent);
        assert.equal(warnings.length, 1);
        assert(warnings[0]?.includes(`allowed: ${allowed};`), warnings[0]);
      });
    }
  }
});
