import { isIP } from 'node:net';
import { z } from 'zod';
import { CALLER_ID_POLICIES } from '../../call/routing/caller-id.ts';
import { NUMBER_FORMATS } from '../../call/routing/number-format.ts';
import { A_PHONE_NUMBER, readPhoneNumber } from '../../call/routing/phone-number.ts';
import { SRTP_MODES } from '../../call/routing/srtp.ts';
import { API_ERRORS } from '../errors.ts';
import {
  checked,
  clearable,
  label,
  oneOf,
  optional,
  required,
  truth,
  wholeNumber,
  wordList,
} from '../parameters.ts';
import { parseNetwork } from './networks.ts';
import { fromUser, sipPassword, sipUsername } from './credentials.ts';

const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
const MAX_ADDRESSES = 50;
const MAX_PRIORITY = 65_535;
/** Twenty digits and a plus. */
const LONGEST_PREFIX = 21;
const MOST_CHANNELS = 10_000;
const LONGEST_TRY_S = 60;
/** Nothing that listens on a lower port speaks SIP, and trunks must not be used to find out what listens there. */
const LOWEST_PORT = 1_024;

const host = checked(
  API_ERRORS.badRequest,
  'a host name or an IP address, without port',
  (text) => isIP(text) !== 0 || (HOST_NAME.test(text) && !/^[\d.]+$/.test(text)),
);

const fromDomain = checked(
  API_ERRORS.badRequest,
  'a host name or an IPv4 address',
  (text) => isIP(text) === 4 || (HOST_NAME.test(text) && !/^[\d.]+$/.test(text)),
);

const dialPrefix = checked(
  API_ERRORS.badRequest,
  'at most 20 digits, * and #, with or without a leading +',
  (text) => readDigits(text) !== undefined,
).transform((text) => readDigits(text) ?? text);

const defaultNumber = checked(
  API_ERRORS.badRequest,
  A_PHONE_NUMBER,
  (text) => readPhoneNumber(text) !== undefined,
).transform((text) => readPhoneNumber(text) ?? text);

const countryCode = checked(
  API_ERRORS.badRequest,
  '1 to 3 digits, with or without a leading +, such as 49',
  (text) => /^[ +]?[1-9]\d{0,2}$/.test(text),
).transform((text) => text.replace(/^[ +]/, ''));

const nationalPrefix = checked(API_ERRORS.badRequest, 'at most 4 digits, such as 0', (text) =>
  /^\d{1,4}$/.test(text),
);

const ADDRESSES = `at most ${MAX_ADDRESSES} IP addresses or networks such as 192.0.2.1, 192.0.2.1:5060 and 192.0.2.0/24, separated by commas`;
const addresses = wordList
  .refine(
    (list = []) => list.length <= MAX_ADDRESSES && list.every((text) => parseNetwork(text) !== undefined),
    {
      error: `must be ${ADDRESSES}`,
      params: { code: API_ERRORS.badRequest },
    },
  )
  .meta({ description: ADDRESSES });

const fields = {
  FriendlyName: optional(label()),
  Port: optional(wholeNumber(LOWEST_PORT, 65_535)),
  Transport: optional(oneOf(['udp', 'tcp', 'tls'])),
  AllowedAddresses: addresses,
  Prefix: clearable(dialPrefix),
  Priority: optional(wholeNumber(0, MAX_PRIORITY)),
  StripDigits: optional(wholeNumber(0, 20)),
  PrependDigits: clearable(dialPrefix),
  Username: clearable(sipUsername),
  Password: clearable(sipPassword),
  Register: optional(truth()),
  MaxChannels: clearable(wholeNumber(1, MOST_CHANNELS)),
  FromDomain: clearable(fromDomain),
  FromUser: clearable(fromUser),
  SendAssertedIdentity: optional(truth()),
  TrustAssertedIdentity: optional(truth()),
  Messages: optional(truth()),
  DefaultNumber: clearable(defaultNumber),
  TryTimeout: clearable(wholeNumber(1, LONGEST_TRY_S, undefined, ' of seconds')),
  CallerIdPolicy: clearable(oneOf(CALLER_ID_POLICIES)),
  Format: clearable(oneOf(NUMBER_FORMATS)),
  CountryCode: clearable(countryCode),
  NationalPrefix: clearable(nationalPrefix),
  Srtp: clearable(oneOf(SRTP_MODES)),
};

export const newTrunkSchema = z.object({ Host: required(API_ERRORS.badRequest, host), ...fields });

export const changedTrunkSchema = z.object({ Host: optional(host), ...fields });

/** The beginning of a number, or a plus sign alone, which arrives as a blank if it was not encoded. */
function readDigits(text: string): string | undefined {
  const digits = /^[ +]$/.test(text) ? '+' : readPhoneNumber(text);
  return digits !== undefined && digits.length <= LONGEST_PREFIX ? digits : undefined;
}
