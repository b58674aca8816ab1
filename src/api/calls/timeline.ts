import { iso8601 } from '../../call/dates.ts';
import type { Parameters } from '../../call/ports.ts';
import type { CallbackRecord, CallEventRecord } from '../../call/repositories.ts';
import type { JsonObject, JsonValue } from '../rendering.ts';

/** Everything that happened to a call, in order: its events, and each attempt of each callback. */
export function presentTimeline(
  events: readonly CallEventRecord[],
  callbacks: readonly CallbackRecord[],
): readonly JsonObject[] {
  const lines = [
    ...events.map((event) => ({ at: event.at, line: eventLine(event) })),
    ...callbacks.flatMap((callback) => callbackLines(callback)),
  ];
  return lines.toSorted((one, other) => one.at - other.at).map(({ line }) => line);
}

function eventLine(event: CallEventRecord): JsonObject {
  return {
    call_sid: event.callSid,
    timestamp: iso8601(event.at),
    kind: event.kind,
    data: event.data as JsonObject,
    request: null,
    response: null,
  };
}

function callbackLines(callback: CallbackRecord): readonly { at: number; line: JsonObject }[] {
  const line = (at: number, attempt: number, response: JsonValue) => ({
    at,
    line: {
      call_sid: callback.callSid,
      timestamp: iso8601(at),
      kind: 'callback',
      data: { sid: callback.sid, state: callback.state, attempt },
      request: { url: callback.url, method: callback.method, parameters: parametersOf(callback.parameters) },
      response,
    },
  });
  if (callback.attempts.length === 0) return [line(callback.createdAt, 0, null)];
  return callback.attempts.map((attempt, index) =>
    line(attempt.at, index + 1, {
      response_code: attempt.status ?? null,
      error: attempt.error ?? null,
      request_duration: attempt.durationMs,
      response_body: attempt.responseHead ?? null,
    }),
  );
}

/** A name that comes twice has a list. */
function parametersOf(parameters: Parameters): JsonObject {
  const object: Record<string, string | readonly string[]> = {};
  for (const [name, value] of parameters) {
    const before = object[name];
    object[name] =
      before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value];
  }
  return object;
}
