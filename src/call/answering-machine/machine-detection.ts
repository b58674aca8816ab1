import type { RequestTarget } from '../callback-target.ts';

/** `Enable`: who answered, as soon as that is known. `DetectMessageEnd`: of a machine, once its greeting is over. */
export type MachineDetectionMode = 'Enable' | 'DetectMessageEnd';
export const MACHINE_DETECTION_MODES = ['Enable', 'DetectMessageEnd'] as const;

/** Who has answered a leg, by what was heard of it. */
export type AnsweredBy =
  | 'human'
  | 'fax'
  | 'unknown'
  /** `Enable` only. */
  | 'machine_start'
  /** `DetectMessageEnd` only: a tone followed the greeting, silence did, or it was not over in time. */
  | 'machine_end_beep'
  | 'machine_end_silence'
  | 'machine_end_other';

export const ANSWERED_BY = [
  'human',
  'fax',
  'unknown',
  'machine_start',
  'machine_end_beep',
  'machine_end_silence',
  'machine_end_other',
] as const satisfies readonly AnsweredBy[];

/** How long something has to last for the detection, in milliseconds. */
export interface MachineThresholds {
  /** From the answer; after it the answer is `unknown`, or the greeting `machine_end_other`. */
  readonly timeoutMs: number;
  /** Speech that is longer is a machine's. */
  readonly speechMs: number;
  /** Silence that ends speech; a shorter pause belongs to it. */
  readonly speechEndMs: number;
  /** Silence from the answer on; then `unknown`. */
  readonly silenceMs: number;
}

export const DEFAULT_THRESHOLDS: MachineThresholds = {
  timeoutMs: 30_000,
  speechMs: 2_400,
  speechEndMs: 1_200,
  silenceMs: 5_000,
};

/** The least and the greatest value that is allowed; of the timeout in seconds, of the others in milliseconds. */
export const THRESHOLD_RANGES = {
  timeoutS: [3, 59],
  speechMs: [1_000, 6_000],
  speechEndMs: [500, 5_000],
  silenceMs: [2_000, 10_000],
} as const;

/** What was asked about who answers a leg; kept with the leg. */
export interface MachineDetection {
  readonly mode: MachineDetectionMode;
  readonly thresholds: MachineThresholds;
  /** The leg goes on meanwhile; else its first document waits for the result. */
  readonly isAsync: boolean;
  /** Told of the result when it is asynchronous; undefined: nobody is. */
  readonly callback?: RequestTarget;
}

/** What was found out about who answered a leg. */
export interface Answerer {
  readonly by: AnsweredBy;
  /** From the answer to the result. */
  readonly durationMs: number;
}
