import { isIP } from 'node:net';
import { z } from 'zod';
import { readPhoneNumber } from '../../call/routing/phone-number.ts';
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
  Transport: optional(oneOf(['udp', 'tcp'])),
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
};

export const newTrunkSchema = z.object({ Host: required(API_ERRORS.badRequest, host), ...fields });

export const changedTrunkSchema = z.object({ Host: optional(host), ...fields });

/** The beginning of a number, or a plus sign alone, which arrives as a blank if it was not encoded. */
function readDigits(text: string): string | undefined {
  const digits = /^[ +]$/.test(text) ? '+' : readPhoneNumber(text);
  return digits !== undefined && digits.length <= LONGEST_PREFIX ? digits : undefined;
}
