import { z } from 'zod';
import { isReservedLogin, RESERVED_LOGINS } from '../../call/routing/reserved-logins.ts';
import { SRTP_MODES } from '../../call/routing/srtp.ts';
import { API_ERRORS } from '../errors.ts';
import { checked, clearable, label, oneOf, optional, required, sidText } from '../parameters.ts';
import { voiceParameters } from '../voice-fields.ts';

const MIN_PASSWORD = 8;
const MAX_PASSWORD = 128;

const login = checked(
  API_ERRORS.badRequest,
  `at most 63 letters, digits, dots, hyphens and underscores, the first one a letter or digit, and none of the ` +
    `reserved names (${RESERVED_LOGINS})`,
  (text) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text) && !isReservedLogin(text),
);

const password = checked(
  API_ERRORS.badRequest,
  `${MIN_PASSWORD} to ${MAX_PASSWORD} characters, none of them a control character`,
  (text) => text.length >= MIN_PASSWORD && text.length <= MAX_PASSWORD && !/\p{Cc}/u.test(text),
);

/** 1 or 0 as with Restcomm, or the words. */
const status = checked(API_ERRORS.badRequest, '1 (enabled) or 0 (disabled)', (text) =>
  /^(1|0|enabled|disabled)$/i.test(text),
).transform((text) => (/^(1|enabled)$/i.test(text) ? ('enabled' as const) : ('disabled' as const)));

const fields = {
  FriendlyName: optional(label()),
  Status: optional(status),
  Srtp: clearable(oneOf(SRTP_MODES)),
  ...voiceParameters,
  VoiceApplicationSid: clearable(sidText('AP', API_ERRORS.applicationSid)),
};

export const newClientSchema = z.object({
  Login: required(API_ERRORS.badRequest, login),
  Password: required(API_ERRORS.badRequest, password),
  ...fields,
});

export const changedClientSchema = z.object({
  Login: optional(login),
  Password: optional(password),
  ...fields,
});
