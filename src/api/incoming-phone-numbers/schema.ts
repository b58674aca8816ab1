import { z } from 'zod';
import { readPhoneNumber } from '../../call/routing/phone-number.ts';
import { API_ERRORS } from '../errors.ts';
import { checked, clearable, label, optional, required, sidText } from '../parameters.ts';
import { voiceParameters } from '../voice-fields.ts';

/** After it was read: E.164 has at most 15 digits; anything without `+` is an extension. */
const PHONE_NUMBER = /^(?:\+[1-9]\d{1,14}|[\d*#]{1,20})$/;
const PATTERN = /^\+[1-9]\d{0,13}\*$/;

const A_NUMBER_OF_OURS =
  'an E.164 number such as +15551234567, or an extension of at most 20 digits, * and #, such as 1000; with * at the end, all numbers that begin so';

/** A number as it is dialled. */
export const phoneNumber = checked(
  API_ERRORS.phoneNumber,
  'an E.164 number such as +15551234567, or an extension of at most 20 digits, * and #, such as 1000',
  (text) => PHONE_NUMBER.test(readPhoneNumber(text) ?? ''),
).transform((text) => readPhoneNumber(text) ?? text);

const numberOrPattern = checked(API_ERRORS.phoneNumber, A_NUMBER_OF_OURS, (text) => {
  const number = readPhoneNumber(text) ?? '';
  return PHONE_NUMBER.test(number) || PATTERN.test(number);
})
  .transform((text) => readPhoneNumber(text) ?? text)
  .meta({ description: A_NUMBER_OF_OURS });

const fields = {
  FriendlyName: optional(label()),
  ...voiceParameters,
  VoiceApplicationSid: clearable(sidText('AP', API_ERRORS.applicationSid)),
};

export const newNumberSchema = z.object({
  PhoneNumber: required(API_ERRORS.phoneNumber, numberOrPattern),
  ...fields,
});

export const changedNumberSchema = z.object({ PhoneNumber: optional(numberOrPattern), ...fields });
