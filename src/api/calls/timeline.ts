import { z } from 'zod';
import { iso8601 } from '../../call/dates.ts';
import type { CallbackRecord, CallEventRecord } from '../../records/call-history.ts';
import type { JsonObject, JsonValue } from '../http/rendering.ts';
import { resource, type Shown, type ShownBy } from '../reply.ts';
import { sid, text, timestamp } from '../reply-parts.ts';
import { presentResponse, responseReply } from '../response.ts';
import { shownData, shownParameters, shownUrl } from '../shown.ts';

/** One line of a timeline. */
export const EVENT = resource('Event', {
  n: text.meta({ description: 'What tells the line from all others; a line that comes again has the same' }),
  call_sid: sid('CA'),
  timestamp,
  kind: text.meta({ description: 'state, verb, document, notice, callback, recording, conference, amd …' }),
  data: z.record(text, z.unknown()),
  request: z
    .strictObject({
      url: text.nullable(),
      method: text.nullable(),
      parameters: z.record(text, z.unknown()).nullable(),
    })
    .nullable(),
  response: responseReply.nullable(),
});

interface Line {
  /** Milliseconds since the epoch. */
  readonly at: number;
  present(): Shown<typeof EVENT>;
}

/**
 * Everything that happened to a call and the legs below it, in order: states, verbs, notices, document requests
 * (at the time of their reply), and each attempt to deliver a callback.
 */
export function timelineOf(
  events: readonly CallEventRecord[],
  callbacks: readonly CallbackRecord[],
): readonly Line[] {
  const lines: Line[] = [
    ...events.map((event) => ({ at: event.at, present: () => eventLine(event) })),
    ...callbacks.flatMap(callbackLines),
  ];
  return lines.toSorted((one, other) => one.at - other.at);
}

function eventLine(event: CallEventRecord): Shown<typeof EVENT> {
  const data = shownData(event.data as JsonObject);
  const line = {
    n: String(event.id),
    call_sid: event.callSid,
    timestamp: iso8601(event.at),
    kind: event.kind,
  };
  if (event.kind !== 'document') return { ...line, data, request: null, response: null };
  const { url, method, parameters, status, durationMs, message, responseHead, ...rest } = data;
  return {
    ...line,
    data: rest,
    request: {
      url: typeof url === 'string' ? shownUrl(url) : null,
      method: textOf(method),
      parameters: typeof parameters === 'object' ? (parameters as JsonObject | null) : null,
    },
    response: presentResponse({
      status: numberOf(status),
      error: textOf(message),
      durationMs: numberOf(durationMs),
      responseHead: textOf(responseHead),
    }),
  };
}

/** One line per attempt. A callback without an attempt has one line, at the time when it was written. */
function callbackLines(callback: CallbackRecord): readonly Line[] {
  const line = (at: number, attempt: number, answer: ShownBy<typeof responseReply> | null): Line => ({
    at,
    present: () => ({
      // The first attempt takes the place of the line that says that there was none.
      n: `${callback.sid}.${Math.max(1, attempt)}`,
      call_sid: callback.callSid,
      timestamp: iso8601(at),
      kind: 'callback',
      data: { sid: callback.sid, state: callback.state, attempt },
      request: {
        url: shownUrl(callback.url),
        method: callback.method,
        parameters: shownParameters(callback.parameters),
      },
      response: answer,
    }),
  });
  if (callback.attempts.length === 0) return [line(callback.createdAt, 0, null)];
  return callback.attempts.map((attempt, index) => line(attempt.at, index + 1, presentResponse(attempt)));
}

function numberOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
