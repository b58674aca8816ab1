import { compact } from '../../../call/compact.ts';
import type { RunningRecording } from '../../../call/recording/running-recording.ts';
import { MOST_OF_A_CALL, type RecordingTerms } from '../../../call/recording/running-recordings.ts';
import { method, oneOf, readAttributes, text, url } from '../../document/attributes.ts';
import { callbackTarget } from '../../document/callback-target.ts';
import { childElements } from '../../document/parse-context.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import type { RunContext } from '../../run/run-context.ts';
import { recordingEvents, recordingTrack, soundOf, trim } from '../recording-attributes.ts';
import type { ChildOf, Started, Stopped } from './started.ts';

const ATTRIBUTES = {
  name: text(),
  channels: oneOf('dual', ['mono', 'dual']),
  track: recordingTrack,
  trim,
  recordingStatusCallback: url,
  recordingStatusCallbackMethod: method,
  recordingStatusCallbackEvent: recordingEvents,
};

/** `<Start><Recording>`: records what the leg says and hears, until it ends or the recording is stopped. */
export const startRecording: ChildOf<Started> = {
  name: 'Recording',
  parse(element, context) {
    const attributes = readAttributes(element, ATTRIBUTES, context);
    childElements(element, [], context);
    const terms: RecordingTerms = compact({
      source: 'StartCallRecordingTwiML',
      name: attributes.name,
      ...soundOf(attributes.channels === 'dual' ? 2 : 1, attributes.track),
      trimSilence: attributes.trim === 'trim-silence',
      statusCallback: callbackTarget(
        attributes.recordingStatusCallback,
        attributes.recordingStatusCallbackMethod,
        attributes.recordingStatusCallbackEvent,
      ),
    });
    return { value: terms, sidPrefix: 'RE', answers: true, start: (sid, run) => begin(sid, terms, run) };
  },
};

async function begin(sid: string, terms: RecordingTerms, context: RunContext): Promise<void> {
  const { live, resumed, runningRecordings } = context;
  const former = resumed ? await runningRecordings.resumeOfSid(live, sid) : undefined;
  const why = former === undefined ? whyNot(terms, runningRecordings.ofCall(live.sid)) : undefined;
  if (why !== undefined) return context.warn({ errorCode: ERROR_CODES.recordFailed, message: why });
  const onFailed = () => {
    const message = 'Asterisk could not record this call';
    void context.warn({ errorCode: ERROR_CODES.recordFailed, message });
  };
  const running = former ?? (await runningRecordings.begin(live, terms, { sid, onFailed }));
  running.finishAtEnd();
}

function whyNot({ name }: RecordingTerms, running: readonly RunningRecording[]): string | undefined {
  if (name !== undefined && running.some(({ record }) => record.name === name)) {
    return `Start cannot record: a recording named ${name} runs already`;
  }
  if (running.length < MOST_OF_A_CALL) return undefined;
  return `Start cannot record: ${MOST_OF_A_CALL} recordings of this call run already`;
}

/** `<Stop><Recording>`: ends the one of that name, or without a name all that `<Start>` began on this leg. */
export const stopRecording: ChildOf<Stopped> = {
  name: 'Recording',
  parse(element, context) {
    const { name } = readAttributes(element, { name: text() }, context);
    childElements(element, [], context);
    return { value: name, stop: (run) => end(name, run) };
  },
};

async function end(name: string | undefined, context: RunContext): Promise<void> {
  const begun = context.runningRecordings
    .ofCall(context.live.sid)
    .filter(({ record }) => record.source === 'StartCallRecordingTwiML')
    .filter(({ record }) => name === undefined || record.name === name);
  if (begun.length === 0) {
    const named = name === undefined ? 'that Start began' : `named ${name}`;
    const message = `Stop found no recording ${named} on this call`;
    return context.warn({ errorCode: ERROR_CODES.recordFailed, message });
  }
  await Promise.all(begun.map((running) => running.stopForGood()));
}
