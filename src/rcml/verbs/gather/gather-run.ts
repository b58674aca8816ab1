import { present } from '../../../call/leg/parameters.ts';
import type { Parameters } from '../../../call/request-parameters.ts';
import type { Kept, RunContext, VerbOutcome } from '../../run/run-context.ts';
import { DigitCollector, type DigitRules, MOST_DIGITS } from './gather-digits.ts';
import { canHear, type Speech, SpeechHearing } from './gather-speech.ts';
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
  const collect = () =>
    new DigitCollector(rulesOf(verb), {
      live: context.live,
      clock: context.clock,
      signal: context.signal,
      already,
      // Not waited for: the next key must not wait for the disk.
      onDigits: (digits) => void context.saveState({ digits }),
    });
  const hear = (collector: DigitCollector) =>
    hears && verb.timeoutS > 0 && already === ''
      ? new SpeechHearing(verb, context, collector.pressed)
      : undefined;
  let input: Input | undefined;
  if (verb.bargeIn) {
    const collector = collect();
    input = { collector, hearing: hear(collector) };
  }
  // A caller who pressed a key before a restart has heard enough of the prompt.
  const prompted = already === '' ? await playPrompt(verb, input, context) : 'heard';
  if (input === undefined) {
    const collector = collect();
    input = { collector, hearing: prompted === 'gone' ? undefined : hear(collector) };
  }
  const { collector, hearing } = input;
  const speech = prompted === 'gone' ? undefined : await collected(verb, input);
  collector.stop();
  if (prompted === 'gone' || context.signal.aborted) {
    hearing?.stop();
    await hearing?.heard;
    return ENDED;
  }
  const waits = verb.timeoutS > 0 && (verb.dtmf || hears);
  return { ...outcomeOf(verb, collector.digits, speech), idle: prompted === 'silent' && !waits };
}

/** What takes the caller's keys and words. */
interface Input {
  readonly collector: DigitCollector;
  /** Undefined: nobody listens to speech. */
  readonly hearing: SpeechHearing | undefined;
}

function rulesOf(verb: GatherVerb): DigitRules {
  return {
    timeoutMs: verb.timeoutS * 1000,
    finishOnKey: verb.finishOnKey,
    mostDigits: verb.numDigits ?? MOST_DIGITS,
    listens: verb.dtmf,
  };
}

/**
 * Plays until the first key or speech stops it. `silent`: there was nothing to hear; `gone`: the leg has gone meanwhile.
 * Without `input` nothing stops it.
 */
async function playPrompt(
  verb: GatherVerb,
  input: Input | undefined,
  context: RunContext,
): Promise<'heard' | 'silent' | 'gone'> {
  const { collector, hearing } = input ?? {};
  const signal = AbortSignal.any(
    [context.signal, collector?.pressed, hearing?.begun].filter((one) => one !== undefined),
  );
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
  return heard || signal.aborted ? 'heard' : 'silent';
}

/** Waits for speech until the first key, and then, or without speech, for the rest of the digits. */
async function collected(verb: GatherVerb, { collector, hearing }: Input): Promise<Speech | undefined> {
  hearing?.promptOver();
  const heard = await hearing?.heard;
  const goesOnWithKeys = verb.dtmf && (hearing === undefined || hearing.isDeaf || collector.pressed.aborted);
  if (!goesOnWithKeys) return heard;
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
