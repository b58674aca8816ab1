/**
 * What a refusal means. `gone`: there is no such channel, bridge or playback, or no longer. `conflict`: it is in
 * another state. `invalid`: our request was wrong. `unavailable`: Asterisk did not or could not answer.
 */
export type AriErrorCode = 'gone' | 'conflict' | 'invalid' | 'unavailable';

/** A refused or unanswered ARI request; `status` is the HTTP status, 0 when there was no answer. */
export class AriError extends Error {
  override readonly name = 'AriError';
  readonly status: number;
  readonly code: AriErrorCode;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
    this.code = codeOf(status);
  }
}

function codeOf(status: number): AriErrorCode {
  switch (status) {
    case 404:
      return 'gone';
    case 409:
    case 412:
    case 422:
      return 'conflict';
    default:
      return status >= 400 && status < 500 ? 'invalid' : 'unavailable';
  }
}

/** Whether a refusal only says that the channel is ending or gone, which is normal at any time. */
export function isGoing(error: unknown): boolean {
  return error instanceof AriError && (error.code === 'gone' || error.code === 'conflict');
}
