import { compact } from '../../../call/compact.ts';
import {
  type AttributeType,
  boolean,
  integer,
  method,
  readAttributes,
  seconds,
  text,
  url,
} from '../../document/attributes.ts';
import { childElements, textOf } from '../../document/parse-context.ts';
import { defineVerb, type Verb } from '../../document/verb.ts';
import { MOST_DIGITS } from './gather-digits.ts';
import { type GatherState } from './types.ts';
import { runGather } from './gather-run.ts';
import { pause } from '../pause.ts';
import { play } from '../play.ts';
import { say } from '../say.ts';
import type { GatherVerb } from './types.ts';

const LONGEST_TIMEOUT_S = 3600;
const LONGEST_PAUSE_S = 60;
const LONGEST_SPEECH_S = 600;
/** What a calm speaker does not exceed between two words. */
const AUTO_PAUSE_MS = 1200;
const INPUTS = ['dtmf', 'speech'] as const;
const PROMPT_VERBS: readonly Verb[] = [say, play, pause];

const input: AttributeType<readonly (typeof INPUTS)[number][]> = {
  absent: ['dtmf'],
  allowed: 'dtmf, speech, or dtmf speech',
  read: (value) => {
    const words = value.toLowerCase().split(/\s+/);
    const read = INPUTS.filter((known) => words.includes(known));
    return read.length === new Set(words).size && read.length > 0 ? read : undefined;
  },
};

const finishOnKey: AttributeType<string> = {
  absent: '#',
  allowed: 'any of 0-9, * and #, or nothing',
  read: (value) => (/^[\d*#]*$/.test(value) ? [...new Set(value)].join('') : undefined),
};

const speechTimeout: AttributeType<number | 'auto' | undefined> = {
  absent: undefined,
  allowed: `auto, or whole seconds from 1 to ${LONGEST_PAUSE_S}`,
  read: (value) => {
    if (value.toLowerCase() === 'auto') return 'auto';
    const given = /^\d{1,2}$/.test(value) ? Number(value) : 0;
    return given >= 1 && given <= LONGEST_PAUSE_S ? given : undefined;
  },
};

/** Undefined where it is not written: then the engine decides. */
const flag: AttributeType<boolean | undefined> = { ...boolean(false), absent: undefined };

const ATTRIBUTES = {
  action: url,
  method,
  input,
  timeout: seconds(5, 0, LONGEST_TIMEOUT_S),
  finishOnKey,
  numDigits: { ...integer(1, 1, MOST_DIGITS), absent: undefined } as AttributeType<number | undefined>,
  actionOnEmptyResult: boolean(false),
  partialResultCallback: url,
  partialResultCallbackMethod: method,
  hints: text(),
  language: text('en'),
  speechTimeout,
  maxSpeechTime: seconds(60, 1, LONGEST_SPEECH_S),
  bargeIn: boolean(true),
  speechModel: text(),
  enhanced: flag,
  profanityFilter: flag,
  debug: flag,
};

export const gather = defineVerb<GatherVerb, GatherState>({
  name: 'Gather',
  parse(element, context) {
    const attributes = readAttributes(element, ATTRIBUTES, context);
    const { action, numDigits, partialResultCallback, hints, speechTimeout: pause } = attributes;
    if (textOf(element) !== '') context.warn(element, 'has text beside its verbs; the text is ignored');
    const byName = new Map(PROMPT_VERBS.map((verb) => [verb.name, verb]));
    const prompt = childElements(element, [...byName.keys()], context)
      .map((child) => byName.get(child.name)?.compile(child, context))
      .filter((verb) => verb !== undefined);
    return compact({
      action,
      method: attributes.method,
      dtmf: attributes.input.includes('dtmf'),
      speech: attributes.input.includes('speech'),
      timeoutS: attributes.timeout,
      finishOnKey: attributes.finishOnKey,
      numDigits,
      actionOnEmptyResult: attributes.actionOnEmptyResult,
      ...(partialResultCallback === undefined
        ? {}
        : { partialResult: { url: partialResultCallback, method: attributes.partialResultCallbackMethod } }),
      speechTimeoutMs: pause === 'auto' ? AUTO_PAUSE_MS : pause && pause * 1000,
      endsWithResult: pause === 'auto',
      maxSpeechS: attributes.maxSpeechTime,
      bargeIn: attributes.bargeIn,
      expected: compact({
        language: attributes.language,
        hints,
        speechModel: attributes.speechModel,
        enhanced: attributes.enhanced,
        profanityFilter: attributes.profanityFilter,
        debug: attributes.debug,
      }),
      prompt,
    });
  },
  state: { version: 1, read: (value) => value as GatherState },
  allowedIn: ['screening', 'queue'],
  endsDocument: ({ action, actionOnEmptyResult }) =>
    action !== undefined && actionOnEmptyResult ? 'always goes on with its action' : undefined,
  lint: ({ action, partialResult, prompt }) => ({
    inner: prompt,
    ...(action === undefined && partialResult === undefined
      ? { warning: 'has no action, so nobody is told what was collected' }
      : {}),
  }),
  run: runGather,
});
