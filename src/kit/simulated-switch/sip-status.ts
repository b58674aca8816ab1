import type { HangUpReason } from '../../call/call-control.ts';

/** What an inbound leg gets that is ended before it was answered. */
export const SIP_STATUS: Readonly<Record<HangUpReason, number>> = {
  normal: 603,
  busy: 486,
  'no-answer': 480,
  'not-found': 404,
  error: 500,
  overload: 503,
  forbidden: 403,
  'answered-elsewhere': 603,
};
