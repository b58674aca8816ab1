import { z } from 'zod';
import { API_ERRORS } from '../errors.ts';
import { checked, label, oneOf, optional, required, sidFilter } from '../parameters.ts';

export const CALLBACK_STATES = ['pending', 'delivered', 'failed'] as const;

/** `GET P/Callbacks`. */
export const callbackFilterSchema = z.object({
  CallSid: sidFilter('CA'),
  State: optional(oneOf(CALLBACK_STATES)),
  Url: optional(label(2048)),
});

/** `POST P/Callbacks/{sid}`. */
export const changedCallbackSchema = z.object({
  Replay: required(
    API_ERRORS.badRequest,
    checked(API_ERRORS.badRequest, 'true', (text) => /^true$/i.test(text)),
  ),
});
