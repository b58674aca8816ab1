import { API_ERRORS } from '../errors.ts';
import { checked } from '../parameters.ts';

const MAX_PASSWORD = 128;

/** If we register, also the user part of a SIP address. */
export const sipUsername = checked(
  API_ERRORS.badRequest,
  'at most 64 letters, digits and . _ ~ + * # = @ -',
  (text) => /^[A-Za-z0-9._~+*#=@-]{1,64}$/.test(text),
  { maxLength: 64 },
);

export const sipPassword = checked(
  API_ERRORS.badRequest,
  `at most ${MAX_PASSWORD} characters, none of them a control character`,
  (text) => text.length <= MAX_PASSWORD && !/\p{Cc}/u.test(text),
  { maxLength: MAX_PASSWORD, format: 'password' },
);

/** The user part of the From that we send. */
export const fromUser = checked(
  API_ERRORS.badRequest,
  'at most 64 letters, digits and . _ ~ + * = -',
  (text) => /^[A-Za-z0-9._~+*=-]{1,64}$/.test(text),
  { maxLength: 64 },
);
