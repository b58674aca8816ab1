import { present } from '../../../call/leg/parameters.ts';
import type { Parameters } from '../../../call/request-parameters.ts';
import type { Kept, RunContext, VerbOutcome } from '../../run/run-context.ts';
import { DigitCollector, type DigitRules, MOST_DIGITS } from './gather-digits.ts';
import { canHear, listen, type Speech } from './gather-speech.ts';
import type { GatherVerb, GatherState } from './types.ts';

const ENDED: VerbOutcome = { kind: 'ended' };

/** Plays the prompt and collects keys or speech; requests the action when there is something to tell. */
export async function runGather(
  verb: GatherVerb,
  context: RunContext & Kept<GatherState>,
): Promise<VerbOutcome> {
  // After a restart it may run on a leg that has ended meanwhile; then it owes nothing.
  if (context.signal.aborted) return ENDED;
  const hears = verb.speech && (await canHear(context));
  const already = verb.dtmf ? (context.savedState?.digits ?? '') : '';
  const collector = new DigitCollector(rulesOf(verb), {
    live: context.live,
    clock: context.clock,
    signal: context.signal,
    already,
    // Not waited for: the next key must not wait for the disk.
    onDigits: (digits) => void context.saveState({ digits }),
  });
  // A caller who pressed a key before a restart has heard enough of the prompt.
  const prompted = already === '' ? await playPrompt(verb, collector, context) : 'heard';
  const speech = prompted === 'gone' ? undefined : await collect(verb, hears, collector, context);
  collector.stop();
  if (prompted === 'gone' || context.signal.aborted) return ENDED;
  const waits = verb.timeoutS > 0 && (verb.dtmf || hears);
  return { ...outcomeOf(verb, collector.digits, speech), idle: prompted === 'silent' && !waits };
}

function rulesOf(verb: GatherVerb): DigitRules {
  return {
    timeoutMs: verb.timeoutS * 1000,
    finishOnKey: verb.finishOnKey,
    mostDigits: verb.numDigits ?? MOST_DIGITS,
    listens: verb.dtmf,
  };
}

/** Plays until the first key stops it. `silent`: there was nothing to hear; `gone`: the leg has gone meanwhile. */
async function playPrompt(
  verb: GatherVerb,
  collector: DigitCollector,
  context: RunContext,
): Promise<'heard' | 'silent' | 'gone'> {
  const signal = AbortSignal.any([context.signal, collector.pressed]);
  let heard = false;
  for (const part of verb.prompt) {
    if (signal.aborted) break;
    const outcome = await part.run({
      ...context,
      signal,
      beganAt: context.clock.now(),
      // After a restart the prompt begins anew.
      resumed: false,
      savedState: undefined,
      saveState: () => Promise.resolve(),
    });
    if (outcome.kind === 'ended' && !signal.aborted) return 'gone';
    if (outcome.kind !== 'next' || outcome.idle !== true) heard = true;
  }
  if (context.signal.aborted) return 'gone';
  return heard || collector.pressed.aborted ? 'heard' : 'silent';
}

/** Waits for speech until the first key, and then, or without speech, for the rest of the digits. */
async function collect(
  verb: GatherVerb,
  hears: boolean,
  collector: DigitCollector,
  context: RunContext,
): Promise<Speech | undefined> {
  if (hears && verb.timeoutS > 0 && !collector.pressed.aborted && !collector.over.aborted) {
    const heard = await listen(verb, context, collector.pressed);
    if (!collector.pressed.aborted) return heard;
  } else if (!verb.dtmf) {
    return undefined;
  }
  collector.startTimer();
  await collector.complete;
  return undefined;
}

function outcomeOf(
  verb: GatherVerb,
  digits: string,
  speech: Speech | undefined,
): Extract<VerbOutcome, { kind: 'next' | 'fetch' }> {
  const isEmpty = digits === '' && speech === undefined;
  if (verb.action === undefined || (isEmpty && !verb.actionOnEmptyResult)) return { kind: 'next' };
  const extraParameters: Parameters = present([
    ['Digits', digits],
    ['SpeechResult', speech?.transcript],
    ['Confidence', speech?.confidence],
  ]);
  return {
    kind: 'fetch',
    request: { url: verb.action, method: verb.method, extraParameters, reason: 'action' },
  };
}
