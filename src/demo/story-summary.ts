import type { StoryCheck } from './story-check.ts';
import type { LegLetter } from './story-request.ts';
import { paragraph } from './timeline.ts';

/** A leg as REST shows it when the story is over. */
export interface SummedLeg {
  readonly letter: LegLetter;
  readonly callSid: string;
  readonly from: string;
  readonly to: string;
  readonly status: string;
  /** Whole seconds. */
  readonly talked: string;
  readonly rang: string;
}

/** What alice and carol heard of each other: how many milliseconds of the other one's tone. */
export interface Heard {
  readonly byAlice: { readonly hz: number; readonly ms: number };
  readonly byCarol: { readonly hz: number; readonly ms: number };
}

export interface Ending {
  readonly legs: readonly SummedLeg[];
  readonly heard: Heard | undefined;
  readonly requests: number;
  readonly expected: number;
  readonly check: StoryCheck;
  /** What else went wrong. */
  readonly troubles: readonly string[];
}

/** The final state that each leg of the story ends in. */
const FINAL: Readonly<Record<LegLetter, string>> = { A: 'completed', B: 'busy', C: 'completed' };

/** Everything that was not as told; empty when all was. */
export function troublesOf({ legs, heard, check, troubles }: Ending): readonly string[] {
  const found = new Map(legs.map((leg) => [leg.letter, leg.status]));
  const states = (['A', 'B', 'C'] as const)
    .filter((letter) => found.get(letter) !== FINAL[letter])
    .map(
      (letter) => `Leg ${letter} should be ${FINAL[letter]}; REST says ${found.get(letter) ?? 'nothing'}.`,
    );
  const tones = heard === undefined ? ['Alice and carol did not hear each other.'] : [];
  return [...troubles, ...check.missing, ...check.wrong, ...states, ...tones];
}

/** The lines below the timeline: every leg with its final state, and whether the story went as told. */
export function summaryLines(ending: Ending): string[] {
  const { legs, heard, requests, expected } = ending;
  const wrong = troublesOf(ending);
  const width = Math.max(0, ...legs.map(({ from, to }) => from.length + to.length));
  return [
    'Legs, as REST shows them:',
    ...legs.map(({ letter, callSid, from, to, status, talked, rang }) => {
      const who = `${from} to ${to}`.padEnd(width + ' to '.length);
      return `  ${letter}  ${callSid}  ${who}  ${status.padEnd(9)}  rang ${rang} s, talked ${talked} s`;
    }),
    ...(heard === undefined ? [] : ['Audio, measured at both phones:', ...heardLines(heard)]),
    ...(wrong.length === 0
      ? [`The story went as told: ${requests} requests, all in order, signed, and none twice.`]
      : [
          `The story did NOT go as told (${requests} requests came, ${expected} belong to it):`,
          ...paragraph(wrong),
        ]),
  ];
}

function heardLines({ byAlice, byCarol }: Heard): string[] {
  return [
    `  carol heard alice's tone of ${byCarol.hz} Hz for ${byCarol.ms} ms`,
    `  alice heard carol's tone of ${byAlice.hz} Hz for ${byAlice.ms} ms`,
  ];
}
