import { hangUpLeg } from '../../call/outbound-leg.ts';
import type { HangUpReason, Parameters } from '../../call/ports.ts';
import type { VerbOutcome } from '../run-context.ts';
import { type NounLeg, type Progress, progressOf, saveProgress } from './dial-progress.ts';
import { type RecordingTerms, RunningRecording } from './dial-recording.ts';
import { describedLeg, dialParameters, dialStatusOf } from './dial-result.ts';
import { giveUpAll, ringAll } from './dial-ringing.ts';
import { startRingback } from './dial-ring-tone.ts';
import type { DialContext } from './dial-state.ts';
import { endOfTalk } from './dial-waits.ts';
import type { DialVerb } from './dial.ts';

/** Asterisk's own talk limit stands this much behind ours: a net for the time when we are gone. */
const TALK_NET_S = 5;

/** Rings the nouns, lets the first who answers talk to the caller, and returns when it has done with every leg. */
export async function runDial(verb: DialVerb, context: DialContext): Promise<VerbOutcome> {
  const { progress, chosen } = await progressOf(verb, context);
  if (progress.winner === undefined) {
    progress.stopRingback = await startRingback(verb.ringTone, context);
    if (verb.record?.from === 'ringing') await startRecording(verb, context, progress);
    await ringAll(verb, context, progress, chosen);
  }
  if (progress.winner !== undefined) {
    // Their ends are waited for below: two people want to talk. After a restart they may ring still.
    const losers = progress.legs.filter((leg) => leg !== progress.winner);
    void giveUpAll(losers, { as: 'canceled', why: 'Another callee answered' }, context);
    await talk(progress.winner, verb, context, progress);
  }
  await progress.stopRingback();
  await Promise.all(progress.legs.map(({ live }) => live.doneWith));
  return outcomeOf(verb, context, progress, await endRecording(verb, progress));
}

/** Records the caller's leg: what it says and hears. Nothing to record as long as nobody has answered it. */
async function startRecording(verb: DialVerb, context: DialContext, progress: Progress): Promise<void> {
  const { record, recordingCallback: statusCallback } = verb;
  if (record === undefined || progress.recording !== undefined) return;
  if (context.live.state.phase !== 'in-progress') return;
  const { channels } = record;
  const terms: RecordingTerms = {
    source: 'DialVerb',
    channels,
    ...(statusCallback === undefined ? {} : { statusCallback }),
  };
  progress.recording = await RunningRecording.begin(terms, context, (recording) =>
    saveProgress(progress, context, [], recording),
  );
}

/** What the action says of the recording. Without a talk there is none. */
async function endRecording(verb: DialVerb, { recording, bridged }: Progress): Promise<Parameters> {
  if (recording === undefined) return [];
  if (bridged) return recording.finish(verb.action !== undefined);
  await recording.discard();
  return [];
}

/** Connects the caller and the winner until one of them ends or the time is up. */
async function talk(
  winner: NounLeg,
  verb: DialVerb,
  context: DialContext,
  progress: Progress,
): Promise<void> {
  const letGo = winner.live.hold();
  const isResumed = progress.talkingSince !== undefined;
  // Who was screened got them before.
  if (winner.noun.sendDigits !== undefined && winner.noun.screening === undefined && !isResumed) {
    await context.control.sendDigits(winner.live.sid, winner.noun.sendDigits, context.signal);
  }
  await context.answer();
  const isThere = winner.live.state.phase === 'in-progress' && !winner.live.taken.aborted;
  if (isThere && !context.signal.aborted) {
    await converse(winner, verb, context, progress);
  }
  if (!winner.live.taken.aborted) await hangUpLeg(context, winner.live);
  letGo();
}

async function converse(
  winner: NounLeg,
  verb: DialVerb,
  context: DialContext,
  progress: Progress,
): Promise<void> {
  const { clock, control, live: caller, signal } = context;
  if (progress.talkingSince === undefined) {
    progress.talkingSince = clock.now();
    await saveProgress(progress, context);
    await progress.stopRingback();
    await control.setTimeLimit(winner.live.sid, verb.timeLimitS + TALK_NET_S);
  }
  const bridge = await control.connect(caller.sid, winner.live.sid, {
    reportDigits: verb.hangupOnStar,
  });
  if (bridge === undefined) return;
  progress.bridged = true;
  await startRecording(verb, context, progress);
  const limits = { clock, signal, timeoutS: verb.timeLimitS, since: progress.talkingSince };
  await endOfTalk(caller, winner.live, limits, verb.hangupOnStar ? '*' : undefined);
  progress.recording?.stop();
  if (!winner.live.taken.aborted) await hangUpLeg(context, winner.live);
  await bridge.disconnect();
}

function outcomeOf(
  verb: DialVerb,
  context: DialContext,
  progress: Progress,
  recorded: Parameters,
): VerbOutcome {
  const legs = progress.legs.map(({ live: { sid, state }, noun }) => ({
    sid,
    state,
    screened: noun.screening !== undefined,
  }));
  const described = describedLeg(legs, progress.winner?.live.sid);
  if (described === undefined) return { kind: 'next' };
  if (verb.action !== undefined) {
    const extraParameters = [
      ...dialParameters(described, progress.bridged, context.clock.now()),
      ...recorded,
    ];
    return {
      kind: 'fetch',
      request: { url: verb.action, method: verb.method, extraParameters, reason: 'action' },
    };
  }
  if (progress.winner !== undefined) return { kind: 'next', skipDials: true };
  const { state } = described;
  const status = dialStatusOf(described, false);
  const unanswered = context.live.state.phase === 'ringing';
  if (context.hasNext || !unanswered || state.phase !== 'ended' || status === 'completed') {
    return { kind: 'next' };
  }
  // answerOnBridge, nobody answered, nothing follows: the caller gets the callee's failure.
  return {
    kind: 'reject',
    reason: reasonOf(status, state.cause.sipStatus),
    giveUp: { as: status, why: `The callee's leg ended ${status}` },
  };
}

/** The SIP answer that passes a callee's failure on (spec/rcml.md, "Answering"): 486, 480, 404 or 500. */
function reasonOf(status: string, sipStatus: number | undefined): HangUpReason {
  if (status === 'busy') return 'busy';
  if (status === 'no-answer') return 'no-answer';
  const notThere = [undefined, 404, 410, 484, 604];
  return notThere.includes(sipStatus) ? 'not-found' : 'error';
}
