/** What a request is about that lives on one switch. */
export type Subject =
  | { readonly kind: 'call'; readonly sid: string; readonly isRead: boolean }
  /** By SID or by name. */
  | { readonly kind: 'room'; readonly accountSid: string; readonly room: string; readonly isNewCall: boolean }
  /** By SID or by name. */
  | { readonly kind: 'queue'; readonly accountSid: string; readonly queue: string }
  | { readonly kind: 'callback'; readonly sid: string }
  /** The sound of a recording: where the file is. */
  | { readonly kind: 'sound' }
  /** A new call, queue or message, which any switch may take. */
  | { readonly kind: 'new-call' };

const ACCOUNT = '^/Accounts/(AC[0-9a-f]{32})';
const CALL = new RegExp(`${ACCOUNT}/Calls/(CA[0-9a-f]{32})(?:/.*)?$`);
const CALLS = new RegExp(`${ACCOUNT}/Calls$`);
const ROOM = new RegExp(`${ACCOUNT}/Conferences/([^/]+)(/Participants)?(/.*)?$`);
const QUEUE = new RegExp(`${ACCOUNT}/Queues/([^/]+)(?:/.*)?$`);
const QUEUES = new RegExp(`${ACCOUNT}/Queues$`);
const MESSAGES = new RegExp(`${ACCOUNT}/(?:SMS/)?Messages$`);
const CALLBACK = new RegExp(`${ACCOUNT}/Callbacks/(CB[0-9a-f]{32})$`);
const SOUND = new RegExp(`${ACCOUNT}/Recordings/RE[0-9a-f]{32}(?:\\.wav)?(?:\\.(?:wav|mp3))?$`);

/** What a request below the API's prefix is about; undefined: any node answers it from the database alone. */
export function subjectOf(method: string, apiPath: string): Subject | undefined {
  const isRead = method === 'GET' || method === 'HEAD';
  const call = CALL.exec(apiPath);
  if (call !== null) return { kind: 'call', sid: call[2] ?? '', isRead };
  if (isRead) return SOUND.test(apiPath) ? { kind: 'sound' } : undefined;
  if (method === 'POST' && [CALLS, QUEUES, MESSAGES].some((one) => one.test(apiPath)))
    return { kind: 'new-call' };
  const callback = CALLBACK.exec(apiPath);
  if (callback !== null) return { kind: 'callback', sid: callback[2] ?? '' };
  const [, accountSid, queue] = QUEUE.exec(apiPath) ?? [];
  if (accountSid !== undefined && queue !== undefined)
    return { kind: 'queue', accountSid, queue: decoded(queue) };
  return roomOf(method, apiPath);
}

function roomOf(method: string, apiPath: string): Subject | undefined {
  const [, accountSid, written, participants, one] = ROOM.exec(apiPath) ?? [];
  if (accountSid === undefined || written === undefined) return undefined;
  const isNewCall = method === 'POST' && participants !== undefined && one === undefined;
  return { kind: 'room', accountSid, room: decoded(written), isNewCall };
}

/** What cannot be decoded is no room's name; the route says so. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
