import { changedCallSchema } from '../../api/calls/schema.ts';
import { ApiError } from '../../api/errors.ts';
import { readForm } from '../../api/parameters.ts';
import { formOf, withWholeUrls } from './api-form.ts';
import { readDial } from './read-dial.ts';
import { readKeys } from './read-keys.ts';
import type { HeardPattern, Step } from './scenario.ts';
import type { YamlValue } from './yaml-reader.ts';

const STEPS = ['expect', 'press', 'wait', 'hangup', 'speech', 'modify', 'dial'] as const;
const SOUNDS = ['ringing', 'music', 'beep', 'conference'] as const;
/** How long something that shall be heard may take to come; in the time of the call. */
const EXPECTED_WITHIN_MS = 60_000;

/** Reads the steps; `hasCaller`: somebody calls us, so a callee's behaviour may be that the caller hangs up. */
export function readSteps(value: YamlValue | undefined, hasCaller: boolean): readonly Step[] {
  if (value === undefined) return [];
  return value.list('steps').flatMap((item) => readStep(item, hasCaller) ?? []);
}

function readStep(item: YamlValue, hasCaller: boolean): Step | undefined {
  const { place } = item;
  // `- hangup` is a word, everything else has a value.
  if (item.isText) {
    return item.word('A step without a value', ['hangup']) && { place, kind: 'hangup' };
  }
  const members = item.members('A step', STEPS);
  if (members === undefined) return undefined;
  const [first, ...others] = [...members];
  if (first === undefined || others.length > 0) {
    return item.wrong(`A step does one thing: ${STEPS.join(', ')}.`);
  }
  const [kind, value] = first;
  switch (kind) {
    case 'expect':
      return readExpect(value, item);
    case 'press':
      return readPress(value, item);
    case 'wait': {
      const ms = value.milliseconds('wait');
      return ms === undefined ? undefined : { place, kind, ms };
    }
    case 'speech': {
      const words = value.text('speech');
      return words === undefined ? undefined : { place, kind, words };
    }
    case 'hangup':
      return { place, kind };
    case 'modify':
      return readModify(value, item);
    case 'dial':
      return readDial(value, place, hasCaller);
    default:
      return undefined;
  }
}

function readPress(value: YamlValue, { place }: YamlValue): Step | undefined {
  const keys = readKeys(value, 'press');
  return keys === undefined ? undefined : { place, kind: 'press', keys };
}

function readExpect(value: YamlValue, { place }: YamlValue): Step | undefined {
  const kinds = ['say', 'play', 'talk', ...SOUNDS] as const;
  const members = value.members('expect', [...kinds, 'within']);
  if (members === undefined) return undefined;
  const withinMs = members.get('within')?.milliseconds('within') ?? EXPECTED_WITHIN_MS;
  const found = kinds.flatMap((kind) => {
    const asked = members.get(kind);
    return asked === undefined ? [] : [{ kind, asked }];
  });
  const [one, ...others] = found;
  if (one === undefined || others.length > 0) {
    return value.wrong(`expect names one thing that is heard: ${kinds.join(', ')}.`);
  }
  const pattern = patternOf(one.kind, one.asked);
  return pattern === undefined ? undefined : { place, kind: 'expect', pattern, withinMs };
}

function patternOf(
  kind: 'say' | 'play' | 'talk' | (typeof SOUNDS)[number],
  asked: YamlValue,
): HeardPattern | undefined {
  if (kind === 'say' || kind === 'play' || kind === 'talk') {
    const text = asked.text(`expect ${kind}`);
    return text === undefined ? undefined : { kind, text };
  }
  return asked.word(`expect ${kind}`, ['true']) && { kind };
}

function readModify(value: YamlValue, { place }: YamlValue): Step | undefined {
  const parameters = value.parameters('modify');
  if (parameters === undefined) return undefined;
  try {
    readForm(changedCallSchema, formOf(withWholeUrls(parameters, 'http://127.0.0.1')));
  } catch (error) {
    if (error instanceof ApiError) return value.wrong(`modify: ${error.message}.`);
    throw error;
  }
  return { place, kind: 'modify', parameters };
}
