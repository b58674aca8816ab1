import { sessionSid } from '../../src/api/console/sessions.ts';
import type { ConsoleSession } from '../../src/records/console-session.ts';
import type { ConferenceRecord, ParticipantRecord } from '../../src/call/conference/conference-record.ts';
import type { RecordingRecord } from '../../src/call/recording/recording-record.ts';
import { newSid } from '../../src/call/sids.ts';
import type { CallbackRecord } from '../../src/records/call-history.ts';
import type { CallNotification } from '../../src/call/journal-store.ts';
import { noVoice } from '../../src/call/routing/routing.ts';
import type { CallRecord, ClientRecord } from '../../src/records/repositories.ts';
import type { FakeApi } from './fake-api.ts';

/** When everything here was made, unless a test says something else. */
const HOUR_MS = 3_600_000;
export const NOON = Date.UTC(2026, 0, 15, 12);

/** A call of the main account that is over, or what `more` makes of it. */
export function putCall({ main, repositories }: FakeApi, more: Partial<CallRecord> = {}): CallRecord {
  const record: CallRecord = {
    sid: newSid('CA'),
    accountSid: main.sid,
    direction: 'inbound',
    from: 'alice',
    to: '1000',
    status: 'completed',
    dateCreated: NOON,
    dateUpdated: NOON,
    ...more,
  };
  repositories.calls.put(record);
  return record;
}

/** A recording of four seconds, without its sound. */
export function putRecording(
  { main, repositories }: FakeApi,
  more: Partial<RecordingRecord> = {},
): RecordingRecord {
  const record: RecordingRecord = {
    sid: newSid('RE'),
    accountSid: main.sid,
    callSid: newSid('CA'),
    status: 'completed',
    source: 'RecordVerb',
    channels: 1,
    trimSilence: false,
    startTime: NOON,
    duration: 4,
    dateCreated: NOON,
    dateUpdated: NOON + 5000,
    ...more,
  };
  repositories.recordings.put(record);
  return record;
}

/** A client, alice unless `more` says something else. */
export async function putClient(
  { main, repositories }: FakeApi,
  more: Partial<ClientRecord> = {},
): Promise<ClientRecord> {
  const record: ClientRecord = {
    sid: newSid('CL'),
    accountSid: main.sid,
    friendlyName: 'Alice',
    login: 'alice',
    ha1: '0'.repeat(32),
    status: 'enabled',
    ...noVoice(),
    dateCreated: NOON,
    dateUpdated: NOON,
    ...more,
  };
  await repositories.clients.insert(record);
  return record;
}

export function putNotification(
  { main, repositories }: FakeApi,
  more: Partial<CallNotification> = {},
): CallNotification {
  const record: CallNotification = {
    sid: newSid('NO'),
    accountSid: main.sid,
    callSid: newSid('CA'),
    at: NOON,
    level: 'error',
    errorCode: 11200,
    message: 'The application server answered with status 500',
    ...more,
  };
  repositories.notifications.rows.push(record);
  return record;
}

/** A callback that is owed; each is a millisecond younger than the one before. */
export function putCallback(
  { main, repositories }: FakeApi,
  more: Partial<CallbackRecord> = {},
): CallbackRecord {
  const record: CallbackRecord = {
    sid: newSid('CB'),
    accountSid: main.sid,
    callSid: newSid('CA'),
    url: 'http://app.example/status',
    method: 'POST',
    parameters: [['CallStatus', 'completed']],
    state: 'pending',
    createdAt: NOON + repositories.timeline.callbacks.length + 1,
    attempts: [],
    ...more,
  };
  repositories.timeline.callbacks.push(record);
  return record;
}

/** A room, and who is in it. */
export async function putConference(
  { main, repositories }: FakeApi,
  more: Partial<ConferenceRecord> = {},
  participants: readonly ParticipantRecord[] = [],
): Promise<ConferenceRecord> {
  const conference: ConferenceRecord = {
    sid: newSid('CF'),
    accountSid: main.sid,
    friendlyName: 'sales',
    status: 'completed',
    nextSequence: 1,
    dateCreated: NOON,
    dateUpdated: NOON,
    ...more,
  };
  await repositories.conferences.commit({
    subjectSid: conference.sid,
    accountSid: main.sid,
    conference,
    participants,
  });
  return conference;
}

/** A session of the console, by default one that began an hour ago and was used just now; resolves with its SID. */
export async function putSession(
  { repositories, main, clock }: FakeApi,
  more: Partial<ConsoleSession> = {},
): Promise<string> {
  const session: ConsoleSession = {
    hash: newSid('SE').slice(2).repeat(2),
    accountSid: main.sid,
    access: 'write',
    seal: 'seal',
    createdAt: clock.now() - HOUR_MS,
    usedAt: clock.now(),
    ...more,
  };
  await repositories.sessions.insert(session);
  return sessionSid(session);
}
