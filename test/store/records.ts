import type { CallbackQueue, DueCallback } from '../../src/call/callbacks-queue.ts';
import type { Leg, LegState } from '../../src/call/leg/leg.ts';
import type { JournalEntry, NewCallback, NewCallEvent } from '../../src/call/journal-store.ts';
import type {
  AccountRecord,
  ApplicationRecord,
  ClientRecord,
  NumberRecord,
  TrunkRecord,
} from '../../src/records/repositories.ts';
import { newSid } from '../../src/call/sids.ts';

export const NOON = Date.UTC(2026, 0, 1, 12);
export const ACCOUNT_SID = `AC${'1'.repeat(32)}`;

export function account(changes: Partial<AccountRecord> = {}): AccountRecord {
  return {
    sid: ACCOUNT_SID,
    friendlyName: 'Acme',
    status: 'active',
    authToken: 'secret',
    dateCreated: NOON,
    dateUpdated: NOON,
    ...changes,
  };
}

/** A leg about which only the necessary is known. */
export function leg(changes: Partial<Leg> = {}): Leg {
  return {
    sid: newSid('CA'),
    accountSid: ACCOUNT_SID,
    direction: 'inbound',
    from: 'alice',
    to: '1000',
    sipHeaders: [],
    createdAt: NOON,
    ...changes,
  };
}

/** A leg about which everything is known. */
export function fullLeg(): Leg {
  return leg({
    parentCallSid: newSid('CA'),
    direction: 'outbound-dial',
    from: '+15551',
    to: "o'hara",
    callerName: 'Älice "A" ☎',
    forwardedFrom: '+4930',
    phoneNumberSid: newSid('PN'),
    trunkSid: newSid('TK'),
    sipHeaders: [
      ['X-One', '1?'],
      ['X-One', '2'],
      ['Diversion', '<sip:4930@x>;reason=busy'],
    ],
    statusCallback: { kind: 'leg', url: 'http://a/?x=1', method: 'GET', events: ['initiated', 'completed'] },
    voice: {
      voiceUrl: 'http://a/voice',
      voiceMethod: 'POST',
      voiceFallbackMethod: 'GET',
      statusCallbackMethod: 'POST',
    },
    channelId: '1700000000.17',
  });
}

export const PHASES: readonly (readonly [title: string, state: LegState])[] = [
  ['queued', { phase: 'queued' }],
  ['initiated', { phase: 'initiated', initiatedAt: NOON + 1 }],
  [
    'initiated, being given up',
    { phase: 'initiated', initiatedAt: NOON + 1, giveUp: { as: 'canceled', why: 'another leg answered' } },
  ],
  ['ringing', { phase: 'ringing', initiatedAt: NOON + 1, ringingAt: NOON + 2 }],
  [
    'ringing, being given up',
    {
      phase: 'ringing',
      initiatedAt: NOON + 1,
      ringingAt: NOON + 2,
      giveUp: { as: 'no-answer', why: 'timeout' },
    },
  ],
  ['in progress', { phase: 'in-progress', initiatedAt: NOON + 1, answeredAt: NOON + 3 }],
  [
    'in progress with its SIP Call-ID',
    { phase: 'in-progress', initiatedAt: NOON + 1, answeredAt: NOON + 3, sipCallId: 'abc@host' },
  ],
];

export const ENDS: readonly (readonly [title: string, state: LegState])[] = [
  [
    'completed',
    {
      phase: 'ended',
      status: 'completed',
      endedAt: NOON + 9_000,
      initiatedAt: NOON + 1,
      answeredAt: NOON + 3_000,
      sipCallId: 'abc@host',
      cause: { sipStatus: 200, q850: 16, why: 'hung up' },
    },
  ],
  [
    'busy',
    { phase: 'ended', status: 'busy', endedAt: NOON + 9, initiatedAt: NOON + 1, cause: { sipStatus: 486 } },
  ],
  ['canceled while queued', { phase: 'ended', status: 'canceled', endedAt: NOON + 9, cause: {} }],
];

export function callback(callSid: string, changes: Partial<NewCallback> = {}): NewCallback {
  return {
    sid: newSid('CB'),
    accountSid: ACCOUNT_SID,
    callSid,
    url: 'http://customer.example/status',
    method: 'POST',
    parameters: [
      ['CallSid', callSid],
      ['CallStatus', 'ringing'],
    ],
    createdAt: NOON,
    ...changes,
  };
}

export function callEvent(callSid: string, changes: Partial<NewCallEvent> = {}): NewCallEvent {
  return {
    accountSid: ACCOUNT_SID,
    callSid,
    at: NOON,
    kind: 'state',
    data: { status: 'ringing' },
    ...changes,
  };
}

/** An entry that puts a ringing leg into the journal, with what else is given. */
export function entry(of: Leg, more: Partial<JournalEntry> = {}): JournalEntry {
  const state: LegState = { phase: 'ringing', initiatedAt: of.createdAt, ringingAt: of.createdAt };
  return { subjectSid: of.sid, accountSid: of.accountSid, leg: { leg: of, state }, ...more };
}

/** A leg that ended at once. */
export function endedEntry(of: Leg, more: Partial<JournalEntry> = {}): JournalEntry {
  const state: LegState = {
    phase: 'ended',
    status: 'completed',
    endedAt: of.createdAt,
    initiatedAt: of.createdAt,
    cause: {},
  };
  return { subjectSid: of.sid, accountSid: of.accountSid, leg: { leg: of, state }, ...more };
}

const OWNED = {
  accountSid: ACCOUNT_SID,
  friendlyName: 'Front desk',
  dateCreated: NOON,
  dateUpdated: NOON + 5,
};
const VOICE = { voiceMethod: 'POST', voiceFallbackMethod: 'GET', statusCallbackMethod: 'POST' } as const;
const FULL_VOICE = {
  voiceUrl: 'http://a/voice',
  voiceMethod: 'GET',
  voiceFallbackUrl: 'http://a/fallback',
  voiceFallbackMethod: 'POST',
  statusCallback: 'http://a/status',
  statusCallbackMethod: 'GET',
} as const;

export function number(changes: Partial<NumberRecord> = {}): NumberRecord {
  return { sid: newSid('PN'), ...OWNED, ...VOICE, phoneNumber: '+15550100', ...changes };
}

export function fullNumber(): NumberRecord {
  return number({ ...FULL_VOICE, voiceApplicationSid: newSid('AP') });
}

export function client(changes: Partial<ClientRecord> = {}): ClientRecord {
  return {
    sid: newSid('CL'),
    ...OWNED,
    ...VOICE,
    login: 'Bob',
    ha1: 'f'.repeat(32),
    status: 'enabled',
    ...changes,
  };
}

export function fullClient(): ClientRecord {
  return client({
    ...FULL_VOICE,
    ha1AsSpelled: 'e'.repeat(32),
    voiceApplicationSid: newSid('AP'),
    status: 'disabled',
  });
}

export function application(changes: Partial<ApplicationRecord> = {}): ApplicationRecord {
  return { sid: newSid('AP'), ...OWNED, ...FULL_VOICE, ...changes };
}

export function trunk(changes: Partial<TrunkRecord> = {}): TrunkRecord {
  return {
    sid: newSid('TK'),
    ...OWNED,
    host: 'pbx.example',
    port: 5060,
    transport: 'udp',
    allowedAddresses: ['10.0.0.1', '10.1.0.0/16'],
    prefix: '',
    priority: 10,
    stripDigits: 1,
    prependDigits: '+49',
    register: false,
    sendAssertedIdentity: false,
    trustAssertedIdentity: false,
    ...changes,
  };
}

export function fullTrunk(): TrunkRecord {
  return trunk({
    username: 'acme',
    password: 'geheim ☎',
    register: true,
    maxChannels: 30,
    fromDomain: 'acme.example',
    fromUser: '4930100',
    sendAssertedIdentity: true,
    trustAssertedIdentity: true,
    messages: true,
  });
}

/** What is due to whoever is owed something, `limit` of each at most. */
export async function claimAll(
  queue: CallbackQueue,
  { now, claimUntil, limit }: { readonly now: number; readonly claimUntil: number; readonly limit: number },
): Promise<readonly DueCallback[]> {
  const from = (await queue.owed('', 1000)).map(({ destination }) => ({ destination, most: limit }));
  if (from.length === 0) return [];
  const claimed = await queue.claim({ now, claimUntil, from });
  return claimed.flatMap(({ callbacks }) => callbacks);
}
