/** Twilio's codes for the same kinds of mistakes, which users can look up. */
export const ERROR_CODES = {
  /** A mistake in a REST request, not in a document. */
  parameter: 20001,
  httpFailure: 11200,
  redirectLoop: 11215,
  tooLarge: 11750,
  illFormed: 12100,
  wrongRoot: 12102,
  schema: 12200,
  contentType: 12300,
  internal: 12400,
  dialFailed: 13224,
  gatherFailed: 13334,
  recordFailed: 13604,
  playFailed: 13420,
  sayFailed: 13520,
  queueNameMissing: 14204,
  queueNameTooLong: 14205,
  queueFull: 14207,
  queueWaitFailed: 14202,
  noSuchQueue: 14210,
  queueUrlFailed: 14211,
  dialQueueNameMissing: 14212,
  dialQueueNameTooLong: 14213,
} as const;

/** A mistake in a document. `line` and `column` count from 1 and point at the element's `<`. */
export interface Problem {
  readonly level: 'error' | 'warning';
  /** One of `ERROR_CODES`, or of `STREAM_ERRORS` for what is wrong with a Stream. */
  readonly errorCode: number;
  /** A whole sentence that names the place and what is allowed. */
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly element?: string;
  readonly attribute?: string;
}

/** A document that is refused as a whole, with every reason; the only thing that compiling throws. */
export class RcmlError extends Error {
  override readonly name = 'RcmlError';
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(problems: readonly [Problem, ...Problem[]]) {
    super(problems.map((problem) => problem.message).join(' '));
    this.problems = problems;
  }
}
