import type { CallFamily } from './resources.ts';

/** What a file with an exported call says that it is. */
export const CALL_FILE = 'legwork-call/1';

/** A call as it is kept in a file: for a bug report, without a server. */
export function callFile(family: CallFamily, exportedAt: string, isMasked: boolean): string {
  const { calls, events, callbacks, notifications } = family;
  const content = {
    format: CALL_FILE,
    exported_at: exportedAt,
    masked: isMasked,
    calls,
    events,
    callbacks,
    notifications,
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

export type ReadCallFile =
  | { readonly ok: true; readonly family: CallFamily }
  | { readonly ok: false; readonly why: string };

const LARGEST = 50_000_000;

/** Reads an exported call. The file may be anybody's: it is taken only if it has all that the pages read. */
export function readCallFile(text: string): ReadCallFile {
  if (text.length > LARGEST) return { ok: false, why: 'The file is larger than 50 MB.' };
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return { ok: false, why: 'The file is not JSON.' };
  }
  if (!isObject(content) || content['format'] !== CALL_FILE) {
    return { ok: false, why: `The file is not an exported call: its "format" must be "${CALL_FILE}".` };
  }
  const wrong = problemIn(content);
  if (wrong !== undefined) return { ok: false, why: `The file is damaged: ${wrong}.` };
  return {
    ok: true,
    family: {
      calls: content['calls'] as CallFamily['calls'],
      events: content['events'] as CallFamily['events'],
      callbacks: (content['callbacks'] ?? []) as CallFamily['callbacks'],
      notifications: (content['notifications'] ?? []) as CallFamily['notifications'],
    },
  };
}

function problemIn(content: Readonly<Record<string, unknown>>): string | undefined {
  const calls = content['calls'];
  if (!Array.isArray(calls) || calls.length === 0)
    return '"calls" must be a list with the first leg in front';
  const wrongCall = calls.findIndex((call) => !isCall(call));
  if (wrongCall >= 0) return `"calls[${wrongCall}]" must be a Call as REST shows it`;
  const events = content['events'];
  if (!Array.isArray(events)) return '"events" must be a list';
  const wrongEvent = events.findIndex((event) => !isEvent(event));
  if (wrongEvent >= 0) return `"events[${wrongEvent}]" must be a line of a timeline as REST shows it`;
  for (const name of ['callbacks', 'notifications']) {
    const list = content[name];
    if (list !== undefined && !(Array.isArray(list) && list.every(isObject)))
      return `"${name}" must be a list`;
  }
  return undefined;
}

const CALL_TEXTS = ['sid', 'from', 'to', 'status', 'direction', 'date_created'];

function isCall(value: unknown): boolean {
  return isObject(value) && CALL_TEXTS.every((name) => typeof value[name] === 'string');
}

function isEvent(value: unknown): boolean {
  if (!isObject(value)) return false;
  const texts = ['n', 'call_sid', 'timestamp', 'kind'].every((name) => typeof value[name] === 'string');
  return texts && isObject(value['data']) && isRequest(value['request']) && isResponse(value['response']);
}

function isRequest(value: unknown): boolean {
  if (value === null) return true;
  if (!isObject(value) || !isTextOrNull(value['url']) || !isTextOrNull(value['method'])) return false;
  return value['parameters'] === null || isObject(value['parameters']);
}

function isResponse(value: unknown): boolean {
  if (value === null) return true;
  if (!isObject(value)) return false;
  const numbers = ['response_code', 'request_duration'].every((name) => isNumberOrNull(value[name]));
  return numbers && isTextOrNull(value['error']) && isTextOrNull(value['response_body']);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || typeof value === 'number';
}
