import { iso8601 } from '../../call/dates.ts';
import type { CallbackRecord, CallEventRecord } from '../../records/call-history.ts';
import type { JsonObject, JsonValue } from '../http/rendering.ts';
import { shownData, shownParameters, shownUrl } from '../shown.ts';

interface Line {
  /** Milliseconds since the epoch. */
  readonly at: number;
  present(): JsonObject;
}

/**
 * Everything that happened to a call and the legs below it, in order: states, verbs, notices, document requests
 * (at the time of their reply), and each attempt of each callback.
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

function eventLine(event: CallEventRecord): JsonObject {
  const data = shownData(event.data as JsonObject);
  const line = { call_sid: event.callSid, timestamp: iso8601(event.at), kind: event.kind };
  if (event.kind !== 'document') return { ...line, data, request: null, response: null };
  const { url, method, parameters, status, durationMs, message, responseHead, ...rest } = data;
  return {
    ...line,
    data: rest,
    request: {
      url: typeof url === 'string' ? shownUrl(url) : null,
      method: method ?? null,
      parameters: parameters ?? null,
    },
    response: responseOf(status, message, durationMs, responseHead),
  };
}

/** One line per attempt; one that nobody has tried yet has a line at the time when it was owed. */
function callbackLines(callback: CallbackRecord): readonly Line[] {
  const line = (at: number, attempt: number, response: JsonValue): Line => ({
    at,
    present: () => ({
      call_sid: callback.callSid,
      timestamp: iso8601(at),
      kind: 'callback',
      data: { sid: callback.sid, state: callback.state, attempt },
      request: {
        url: shownUrl(callback.url),
        method: callback.method,
        parameters: shownParameters(callback.parameters),
      },
      response,
    }),
  });
  if (callback.attempts.length === 0) return [line(callback.createdAt, 0, null)];
  return callback.attempts.map(({ at, status, error, durationMs, responseHead }, index) =>
    line(at, index + 1, responseOf(status, error, durationMs, responseHead)),
  );
}

function responseOf(
  status: JsonValue | undefined,
  error: JsonValue | undefined,
  durationMs: JsonValue | undefined,
  head: JsonValue | undefined,
): JsonObject {
  return {
    response_code: status ?? null,
    error: error ?? null,
    request_duration: durationMs ?? null,
    response_body: head ?? null,
  };
}
