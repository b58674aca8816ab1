import { z } from 'zod';
import { STREAM_ERRORS, STREAM_TRACKS } from '../../call/stream/stream-record.ts';
import { readStreamUrl } from '../../rcml/verbs/stream/stream-url.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import type { Form } from '../form.ts';
import { isStorable } from '../http/utf8.ts';
import { checked, httpMethod, httpUrl, label, oneOf, optional, required } from '../parameters.ts';

const MAX_URL_LENGTH = 2048;
const LONGEST_NAME = 256;
/** Twilio's limits for parameters. */
const MOST_PARAMETERS = 99;
const LONGEST_PARAMETER = 500;

const streamUrl = checked(
  STREAM_ERRORS.invalidUrl,
  `an absolute wss or ws URL of at most ${MAX_URL_LENGTH} characters`,
  (text) => text.length <= MAX_URL_LENGTH && readStreamUrl(text, undefined).ok,
  { format: 'uri', maxLength: MAX_URL_LENGTH },
);

/** `POST P/Calls/{sid}/Streams`. */
export const newStreamSchema = z.object({
  Url: required(STREAM_ERRORS.invalidUrl, streamUrl),
  Name: optional(label(LONGEST_NAME)),
  Track: optional(oneOf(STREAM_TRACKS, STREAM_ERRORS.track)),
  StatusCallback: optional(httpUrl(API_ERRORS.statusCallback)),
  StatusCallbackMethod: optional(httpMethod()),
});

/** `POST P/Calls/{sid}/Streams/{sid or name}`. */
export const changedStreamSchema = z.object({ Status: required(API_ERRORS.badRequest, oneOf(['stopped'])) });

/** The values of `Parameter1.Name`, `Parameter1.Value` … `Parameter99.Value`, by name. @throws ApiError */
export function parametersIn(form: Form): Readonly<Record<string, string>> {
  const parameters: [string, string][] = [];
  for (let number = 1; number <= MOST_PARAMETERS; number += 1) {
    const name = form.get(`Parameter${number}.Name`)?.at(-1);
    const value = form.get(`Parameter${number}.Value`)?.at(-1) ?? '';
    if (name === undefined || name === '') continue;
    if (name.length + value.length >= LONGEST_PARAMETER || !isStorable(name) || !isStorable(value)) {
      const must = `must have under ${LONGEST_PARAMETER} characters in name and value, none of them NUL`;
      throw badRequest(API_ERRORS.badRequest, `Parameter${number} ${must}`);
    }
    parameters.push([name, value]);
  }
  return Object.fromEntries(parameters);
}
