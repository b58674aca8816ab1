import { aborted } from '../../../concurrency/aborted.ts';
import { compact } from '../../../call/compact.ts';
import type { RequestTarget } from '../../../call/callback-target.ts';
import type { SideOutcome } from '../../run/side-document.ts';
import type { Seat } from '../../../call/conference/conferences.ts';
import type { RoomRecordTerms } from '../../../call/conference/room-recorder.ts';
import type { Parameters } from '../../../call/request-parameters.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import type { VerbOutcome } from '../../run/run-context.ts';
import { endOfTalk } from './end-of-talk.ts';
import type { RecordingTerms } from '../../../call/recording/running-recordings.ts';
import type { RunningRecording } from '../../../call/recording/running-recording.ts';
import { failureNoted, recordedParameters } from './recording.ts';
import { DialMemory } from './state.ts';
import type { ConferenceNoun, DialContext, DialVerb } from './types.ts';

/** A wait document that ends sooner than this had nothing to hear. */
const SHORTEST_ROUND_MS = 1000;

/** Puts the caller into a room, and returns when it has left, the room has ended, or the room was full. */
export async function runConference(
  verb: DialVerb,
  noun: ConferenceNoun,
  context: DialContext,
): Promise<VerbOutcome> {
  await context.answer();
  // From here on a restart must come back to this room, if only to leave it.
  const memory = new DialMemory(context);
  const resumed = memory.state.recording;
  const since = memory.state.since ?? context.clock.now();
  await memory.keep({ since });
  const { accountSid, sid: callSid } = context.live.leg;
  const seat = await context.rooms.enter({ ...noun, accountSid, callSid, ...roomRecording(verb, noun) });
  if (typeof seat === 'string') {
    const why =
      seat === 'full'
        ? `is full: it has ${noun.maxParticipants} participants already`
        : 'is on a switch that cannot be reached now';
    await context.warn({
      errorCode: ERROR_CODES.dialFailed,
      message: `The conference ${noun.room} ${why}`,
    });
    return outcomeOf(verb, 'failed');
  }
  const left = new AbortController();
  const gone = AbortSignal.any([context.signal, seat.over, left.signal]);
  const stay = takePart(noun, seat, context, gone).then(() =>
    gone.aborted && resumed === undefined ? undefined : record(verb, seat.conferenceSid, memory, context),
  );
  const { clock, signal } = context;
  const limits = { clock, signal, timeLimitS: verb.timeLimitS, since };
  await endOfTalk(
    context.live,
    { doneWith: aborted(seat.over) },
    limits,
    verb.hangupOnStar ? '*' : undefined,
  );
  left.abort();
  const recording = await stay;
  recording?.stop();
  await seat.leave();
  const isAwaited = verb.action !== undefined;
  const recorded = recording === undefined ? [] : await recordedParameters(recording, isAwaited, context);
  return outcomeOf(verb, 'completed', recorded);
}

/** Waits for the talk to begin, then takes part in it; resolves at once when `gone` aborts. */
async function takePart(
  noun: ConferenceNoun,
  seat: Seat,
  context: DialContext,
  gone: AbortSignal,
): Promise<void> {
  const until = AbortSignal.any([gone, seat.started]);
  if (!until.aborted) await waitFor(until, noun, context);
  if (gone.aborted) return;
  await seat.connect(async (what, target, signal) => {
    if (what === 'hold') {
      await loopDocument({ ...target, name: 'HoldUrl' }, signal, context);
      return signal.aborted;
    }
    return (await hearDocument(target, signal, context)) !== 'failed';
  });
}

async function waitFor(until: AbortSignal, noun: ConferenceNoun, context: DialContext): Promise<void> {
  if (noun.wait === 'silence') return aborted(until);
  if (noun.wait !== undefined) await loopDocument({ ...noun.wait, name: 'waitUrl' }, until, context);
  if (until.aborted) return;
  const { control, live } = context;
  await control.startMusic(live.sid);
  await aborted(until);
  await control.stopMusic(live.sid);
}

/** Runs the wait document again and again; returns early when there is nothing to hear in it. */
async function loopDocument(
  { name, ...wait }: RequestTarget & { readonly name: string },
  signal: AbortSignal,
  context: DialContext,
): Promise<void> {
  const { clock } = context;
  while (!signal.aborted) {
    const beganAt = clock.steady();
    await hearDocument(wait, signal, context);
    if (!signal.aborted && clock.steady() - beganAt < SHORTEST_ROUND_MS) {
      await context.warn({
        errorCode: ERROR_CODES.playFailed,
        message: `There is nothing to hear at the ${name}; music is played instead`,
        requestUrl: wait.url,
      });
      return;
    }
  }
}

/** Runs a document once; after a restart it begins anew. */
function hearDocument(
  target: RequestTarget,
  signal: AbortSignal,
  context: DialContext,
): Promise<SideOutcome> {
  const { live } = context;
  return context.runDocument({ ...target, live, kind: 'wait', signal, keep: () => Promise.resolve() });
}

/** How the whole room is recorded, if the document asks for that. */
function roomRecording(verb: DialVerb, noun: ConferenceNoun): { readonly recording?: RoomRecordTerms } {
  if (!noun.record) return {};
  const trimSilence = noun.trimSilence ?? false;
  return {
    recording: compact({ trimSilence, statusCallback: noun.recordingCallback ?? verb.recordingCallback }),
  };
}

/** Records the caller's stay in the room, what it says and hears, if the Dial asks for that. */
async function record(
  verb: DialVerb,
  conferenceSid: string,
  memory: DialMemory,
  context: DialContext,
): Promise<RunningRecording | undefined> {
  const { live, runningRecordings } = context;
  const { recording: resumed } = memory.state;
  if (resumed !== undefined) return runningRecordings.resume(live, resumed, failureNoted(context));
  if (verb.record === undefined) return undefined;
  const terms: RecordingTerms = compact({
    source: 'Conference',
    conferenceSid,
    channels: verb.record.channels,
    track: verb.record.track,
    trimSilence: verb.record.trimSilence ?? false,
    statusCallback: verb.recordingCallback,
  });
  return runningRecordings.begin(live, terms, {
    ...failureNoted(context),
    keep: (recording) => memory.keep({ recording }),
  });
}

function outcomeOf(verb: DialVerb, status: 'completed' | 'failed', recorded: Parameters = []): VerbOutcome {
  if (verb.action === undefined) return { kind: 'next', skipDials: status === 'completed' };
  return {
    kind: 'fetch',
    request: {
      url: verb.action,
      method: verb.method,
      extraParameters: [['DialCallStatus', status], ...recorded],
      reason: 'action',
    },
  };
}
