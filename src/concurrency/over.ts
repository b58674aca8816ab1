/**
 * What a signal that aborts says for a reason, where nobody asks. Without it, each `abort()` makes such an error anew, with
 * its stack trace.
 */
export const OVER = new DOMException('This operation was aborted', 'AbortError');
