import { callbackTarget } from '../../document/callback-target.ts';
import { compact } from '../../../call/compact.ts';
import {
  type AttributeType,
  boolean,
  method,
  readAttributes,
  seconds,
  url,
} from '../../document/attributes.ts';
import { childElements, textOf } from '../../document/parse-context.ts';
import { defineVerb } from '../../document/verb.ts';
import { recordingEvents, trim } from '../recording-attributes.ts';
import { type RecordState } from './types.ts';
import { runRecord } from './record-run.ts';
import type { RecordVerb } from './types.ts';

const LONGEST_SILENCE_S = 3600;
const LONGEST_RECORDING_S = 14_400;

/** Keys that end a recording; -1 and an empty value mean none. */
const finishOnKey: AttributeType<string> = {
  absent: '1234567890*#',
  allowed: 'any of 0-9, * and #, or -1 or nothing for no key',
  read: (value) => {
    if (value === '-1') return '';
    return /^[\d*#]*$/.test(value) ? [...new Set(value)].join('') : undefined;
  },
};

const ATTRIBUTES = {
  action: url,
  method,
  timeout: seconds(5, 0, LONGEST_SILENCE_S),
  maxLength: seconds(3600, 1, LONGEST_RECORDING_S),
  finishOnKey,
  playBeep: boolean(true),
  trim,
  recordingStatusCallback: url,
  recordingStatusCallbackMethod: method,
  recordingStatusCallbackEvent: recordingEvents,
  transcribe: boolean(false),
  transcribeCallback: url,
};

export const record = defineVerb<RecordVerb, RecordState>({
  name: 'Record',
  parse(element, context) {
    const attributes = readAttributes(element, ATTRIBUTES, context);
    childElements(element, [], context);
    if (textOf(element) !== '') context.warn(element, 'has text in it; the text is ignored');
    const { action, recordingStatusCallback, transcribe, transcribeCallback } = attributes;
    if (transcribe && transcribeCallback === undefined) {
      context.warn(element, 'has transcribe but no transcribeCallback; nothing is transcribed');
    }
    return compact({
      action,
      method: attributes.method,
      timeoutS: attributes.timeout,
      maxLengthS: attributes.maxLength,
      finishOnKey: attributes.finishOnKey,
      playBeep: attributes.playBeep,
      trimSilence: attributes.trim === 'trim-silence',
      statusCallback: callbackTarget(
        recordingStatusCallback,
        attributes.recordingStatusCallbackMethod,
        attributes.recordingStatusCallbackEvent,
      ),
      transcribeCallback,
    });
  },
  state: {
    version: 1,
    read: (value) => value as RecordState,
    recordings: ({ recording }) => [recording.sid],
  },
  endsDocument: ({ action }) => (action === undefined ? undefined : 'always goes on with its action'),
  run: runRecord,
});
