import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import twilio from 'twilio';
import { rcmlVocabulary } from '../../src/rcml/lint/lint-vocabulary.ts';
import { compileText } from '../support/compile-rcml.ts';
import { DOCUMENT } from '../support/contract.ts';
import { quoted } from './rcml-page.ts';

const page = readFileSync(new URL('../../docs/compatibility.md', import.meta.url), 'utf8');

interface Row {
  /** What the first column has between backticks, and what the second has. */
  readonly names: readonly string[];
  readonly works: readonly string[];
  readonly notYet: string;
}

function rowsOf(section: string): readonly Row[] {
  const text = page.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = text.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) => {
    const [, name = '', works = '', notYet = ''] = line.split('|');
    return { names: quoted(name), works: quoted(works), notYet };
  });
}

type Attributes = Readonly<Record<string, unknown>>;
type Builder = Record<string, (...given: unknown[]) => Builder>;

/** Values that the attributes of Twilio's builder may have; of all others, `/x`. */
const VALUES: Attributes = {
  actionOnEmptyResult: true,
  answerOnBridge: true,
  bargeIn: true,
  beep: 'onEnter',
  callerId: '+15550100',
  channels: 'dual',
  coach: `CA${'0'.repeat(32)}`,
  debug: true,
  digits: '1w2',
  endConferenceOnExit: true,
  enhanced: true,
  finishOnKey: '#',
  hangupOnStar: true,
  hints: 'one, two',
  input: 'dtmf speech',
  language: 'en-US',
  length: 2,
  loop: 2,
  machineDetection: 'DetectMessageEnd',
  machineDetectionSilenceTimeout: 5000,
  machineDetectionSpeechEndThreshold: 1200,
  machineDetectionSpeechThreshold: 2400,
  machineDetectionTimeout: 30,
  maxLength: 60,
  maxParticipants: 10,
  maxQueueSize: 10,
  maxSpeechTime: 30,
  muted: true,
  name: 'one',
  numDigits: 4,
  participantLabel: 'agent',
  password: 'open-sesame',
  playBeep: false,
  profanityFilter: false,
  reason: 'busy',
  record: 'record-from-answer-dual',
  ringTone: 'de',
  sendDigits: '1',
  sequential: true,
  speechModel: 'phone_call',
  speechTimeout: 'auto',
  startConferenceOnEnter: false,
  timeLimit: 60,
  timeout: 10,
  transcribe: true,
  trim: 'trim-silence',
  url: '/x',
  username: 'legwork',
  voice: 'woman',
};
/** Where an attribute's values are others than elsewhere. */
const OWN: Readonly<Record<string, Attributes>> = {
  Conference: { record: 'record-from-start', statusCallbackEvent: 'start end modify speaker announcement' },
  Stream: { url: 'wss://app.test/audio', track: 'inbound_track' },
  Recording: { track: 'both' },
  Dial: { recordingTrack: 'both' },
  Sms: { to: '+15550123', from: '+15550100' },
};

function attributesOf(element: string, names: readonly string[]): Attributes {
  const valueOf = (name: string) =>
    OWN[element]?.[name] ??
    VALUES[name] ??
    (name.endsWith('Method') || name === 'method'
      ? 'GET'
      : name.startsWith('recordingStatusCallbackEvent')
        ? 'in-progress completed absent'
        : name.endsWith('Event')
          ? 'initiated ringing answered completed'
          : '/x');
  return Object.fromEntries(names.map((name) => [name, valueOf(name)]));
}

/** How Twilio's builder makes each element, in a document in which it means something. */
const BUILD: Readonly<Record<string, (response: Builder, given: Attributes) => unknown>> = {
  Say: (response, given) => response['say']?.(given, 'Hello'),
  Play: (response, given) =>
    'digits' in given ? response['play']?.(given) : response['play']?.(given, '/x.wav'),
  Pause: (response, given) => response['pause']?.(given),
  Redirect: (response, given) => response['redirect']?.(given, '/x'),
  Reject: (response, given) => response['reject']?.(given),
  Hangup: (response) => response['hangup']?.(),
  Sms: (response, given) => response['sms']?.(given, 'Hello'),
  Leave: (response) => response['leave']?.(),
  Echo: (response) => response['echo']?.(),
  Gather: (response, given) => response['gather']?.(given),
  Record: (response, given) => response['record']?.(given),
  Dial: (response, given) => response['dial']?.(given)['client']?.('bob'),
  Identity: (response) => {
    const client = response['dial']?.()['client']?.();
    client?.['identity']?.('bob');
    return client?.['parameter']?.({ name: 'order', value: '17 b' });
  },
  Number: (response, given) => response['dial']?.()['number']?.(given, '+15550123'),
  Client: (response, given) => response['dial']?.()['client']?.(given, 'bob'),
  Sip: (response, given) => response['dial']?.()['sip']?.(given, 'sip:bob@pbx.test'),
  Conference: (response, given) => response['dial']?.()['conference']?.(given, 'daily'),
  Queue: (response, given) => response['dial']?.()['queue']?.(given, 'support'),
  Enqueue: (response, given) => response['enqueue']?.(given, 'support'),
  Start: (response) => response['start']?.()['stream']?.({ url: 'wss://app.test/audio' }),
  Stop: (response) => response['stop']?.()['stream']?.({ name: 'one' }),
  Recording: (response, given) => response['start']?.()['recording']?.(given),
  Connect: (response, given) => response['connect']?.(given)['stream']?.({ url: 'wss://app.test/audio' }),
  Stream: (response, given) => response['start']?.()['stream']?.(given),
};

describe('What docs/compatibility.md says of TwiML', () => {
  const vocabulary = rcmlVocabulary();
  const rows = rowsOf('TwiML').filter(({ names }) => names.length === 1);

  for (const { names, works } of rows.filter((row) => BUILD[row.names[0] ?? ''] !== undefined)) {
    const [element = ''] = names;
    it(`<${element}> works as Twilio’s library makes it`, () => {
      const response = new twilio.twiml.VoiceResponse();
      const given = attributesOf(element, works);
      BUILD[element]?.(response as unknown as Builder, given);
      const text = response.toString();
      for (const name of works) assert.match(text, new RegExp(` ${name}="`), `${name} is in the document`);
      const { warnings } = compileText(text);
      assert.deepEqual(
        warnings.map(({ message }) => message),
        [],
        text,
      );
      assert.deepEqual(
        works.filter((name) => vocabulary.attributesOf(element)?.includes(name) !== true),
        [],
      );
    });
  }

  it('is about every element that works', () => {
    const told = new Set(rowsOf('TwiML').flatMap(({ names }) => names));
    const known: string[] = [];
    const visit = (element: string) => {
      if (known.includes(element)) return;
      known.push(element);
      for (const child of vocabulary.childrenOf(element) ?? []) visit(child);
    };
    visit('Response');
    const besides = ['Response', 'Uri', 'Parameter'];
    assert.deepEqual(
      known.filter((name) => !told.has(name) && !besides.includes(name)),
      [],
    );
  });

  it('does not promise what is still missing', () => {
    const wrong = rows.flatMap(({ names, notYet }) =>
      quoted(notYet).filter((name) => vocabulary.attributesOf(names[0] ?? '')?.includes(name) === true),
    );
    assert.deepEqual(wrong, []);
  });
});

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: { readonly properties: object } }>>;
  };
}

describe('What docs/compatibility.md says of REST', () => {
  const paths = DOCUMENT.paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>;

  for (const { names, works, notYet } of rowsOf('REST')) {
    const [request = ''] = names;
    it(`${request} has what it is said to have, and not what it is said to lack`, () => {
      const [method = '', path = ''] = request.split(' ');
      const operation = paths[`/Accounts/{AccountSid}${path}.json`]?.[method.toLowerCase()];
      assert.ok(operation, 'there is such a request');
      const body =
        operation.requestBody?.content['application/x-www-form-urlencoded']?.schema.properties ?? {};
      const query = (operation.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name);
      const known = [...Object.keys(body), ...query];
      assert.deepEqual(
        works.filter((name) => !known.includes(name)),
        [],
      );
      assert.deepEqual(
        quoted(notYet).filter((name) => known.includes(name)),
        [],
      );
    });
  }
});
