import { rfc2822 } from '../dates.ts';
import type { JournalEntry, NewCallback, NewCallEvent } from '../journal-store.ts';
import { API_VERSION, present } from '../leg/parameters.ts';
import type { Parameters } from '../request-parameters.ts';
import { newSid } from '../sids.ts';
import type { MessageRecord } from './message-record.ts';

/** The entry for a message's new state: its row, the line of its call, and in a final state the callback that it owes. */
export function messageEntry(record: MessageRecord): JournalEntry {
  const { sid, accountSid } = record;
  const callback = finalCallback(record);
  const line = callLine(record);
  return {
    subjectSid: sid,
    accountSid,
    messages: [record],
    ...(line === undefined ? {} : { events: [line] }),
    ...(callback === undefined ? {} : { callbacks: [callback] }),
  };
}

/** What every request about a message says of it. */
export function messageParameters(record: MessageRecord): Parameters {
  const { sid, accountSid, from, to, status, error } = record;
  return present([
    ['MessageSid', sid],
    ['SmsSid', sid],
    ['AccountSid', accountSid],
    ['From', from],
    ['To', to],
    ['MessageStatus', status],
    ['SmsStatus', status],
    ['ErrorCode', error === undefined ? undefined : String(error.code)],
    ['ErrorMessage', error?.message],
    ['ApiVersion', API_VERSION],
  ]);
}

function finalCallback(record: MessageRecord): NewCallback | undefined {
  const { sid, accountSid, statusCallback, status, dateUpdated: at } = record;
  if (statusCallback === undefined || status === 'queued') return undefined;
  const { url, method } = statusCallback;
  const parameters: Parameters = [...messageParameters(record), ['Timestamp', rfc2822(at)]];
  return { sid: newSid('CB'), accountSid, callSid: sid, url, method, parameters, createdAt: at };
}

/** Without the text, which is nobody's business but the two who write. */
function callLine(record: MessageRecord): NewCallEvent | undefined {
  const { callSid, accountSid, sid: messageSid, from, to, status, error, dateUpdated: at } = record;
  if (callSid === undefined) return undefined;
  const why = error === undefined ? {} : { errorCode: error.code, message: error.message };
  return { accountSid, callSid, at, kind: 'message', data: { messageSid, from, to, status, ...why } };
}
