import { z } from 'zod';
import { API_ERRORS } from '../errors.ts';
import { checked, label, oneOf, optional, truth, wholeNumber } from '../parameters.ts';

export const ACCOUNT_STATUSES = ['active', 'suspended', 'closed'] as const;

const MAX_GRACE_S = 7 * 86_400;

const emailAddress = checked(
  API_ERRORS.badRequest,
  'an e-mail address of at most 254 characters',
  (text) => text.length <= 254 && /^[^\s@:\p{Cc}]+@[^\s@:\p{Cc}]+$/u.test(text),
);

/** `POST /Accounts`. */
export const newAccountSchema = z.object({
  FriendlyName: optional(label()),
  EmailAddress: optional(emailAddress),
});

export type NewAccount = z.output<typeof newAccountSchema>;

/** `POST /Accounts/{sid}`. */
export const changedAccountSchema = z.object({
  FriendlyName: optional(label()),
  EmailAddress: optional(emailAddress),
  Status: optional(oneOf(ACCOUNT_STATUSES)),
  RotateAuthToken: optional(truth()),
  AuthTokenGracePeriod: optional(wholeNumber(0, MAX_GRACE_S, API_ERRORS.badRequest, ' of seconds')),
});

export type ChangedAccount = z.output<typeof changedAccountSchema>;

/** `GET /Accounts`. */
export const accountFilterSchema = z.object({
  FriendlyName: optional(label(255)),
  Status: optional(oneOf(ACCOUNT_STATUSES)),
});
