import { z } from 'zod';
import { spanOfText } from '../date-filter.ts';
import { API_ERRORS } from '../errors.ts';
import { checked, label, oneOf, optional, required, sidFilter } from '../parameters.ts';

export const CALLBACK_STATES = ['pending', 'delivered', 'failed'] as const;

/** `GET P/Callbacks`. */
export const callbackFilterSchema = z.object({
  CallSid: sidFilter('CA'),
  State: optional(oneOf(CALLBACK_STATES)),
  Url: optional(label(2048)),
});

const replay = required(
  API_ERRORS.badRequest,
  checked(API_ERRORS.badRequest, 'true', (text) => /^true$/i.test(text)),
);

/** `POST P/Callbacks`: the list's filters, and since when. */
export const replaySchema = callbackFilterSchema.extend({
  Replay: replay,
  Since: optional(
    checked(
      API_ERRORS.badRequest,
      'a date such as 2026-01-31, or a time such as 2026-01-31T12:00:00Z',
      (text) => spanOfText(text) !== undefined,
    ).transform((text) => spanOfText(text)?.from),
  ),
});

/** `POST P/Callbacks/{sid}`. */
export const changedCallbackSchema = z.object({
  Replay: replay,
});
