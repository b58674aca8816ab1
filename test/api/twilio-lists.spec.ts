import assert from 'node:assert/strict';
import twilio from 'twilio';
import type { ConferenceRecord, ParticipantRecord } from '../../src/call/conference/conference-record.ts';
import type { NotificationRecord } from '../../src/call/journal-store.ts';
import type { MessageRecord } from '../../src/call/message/message-record.ts';
import type { QueueRecord } from '../../src/call/queue/queue-record.ts';
import type { RecordingRecord } from '../../src/call/recording/recording-record.ts';
import { newSid } from '../../src/call/sids.ts';
import { describeOnBoth } from '../store/both-databases.ts';
import { endedEntry, entry, leg } from '../store/records.ts';
import { type ApiOnStore, startApiOn } from '../support/api-on-store.ts';
import { twilioClient } from '../support/twilio-client.ts';

const MONDAY = Date.UTC(2026, 0, 5, 9, 30);
const TUESDAY = Date.UTC(2026, 0, 6, 9, 30);
const WEDNESDAY = Date.UTC(2026, 0, 7, 9, 30);
/** As a customer writes a date: it is midnight. */
const day = (date: number) => new Date(Date.UTC(2026, 0, date));

/** What the library has where something can be listed. */
interface Listing {
  page(options: object): Promise<{ readonly instances: readonly Item[] }>;
}
interface Item {
  readonly sid?: string;
  readonly callSid?: string;
}

/** An option's value, and what is listed by it; or that we refuse it, so that nobody takes everything for it. */
type Effect = readonly [value: unknown, found: readonly string[]] | 'refused';

/** By a time of this name. Where the library sends a day and no time, `Before` means until that day's end. */
const byTime = (name: string, after: readonly string[], lastBefore = day(6)): Record<string, Effect> => ({
  [name]: [day(5), ['monday']],
  [`${name}Before`]: [lastBefore, ['monday']],
  [`${name}After`]: [day(6), after],
});

/** Every list that we serve, by its place in the library, and what becomes of each of its options. */
const LISTS: Readonly<Record<string, Readonly<Record<string, Effect>>>> = {
  accounts: { friendlyName: ['Branch', ['branch']], status: ['suspended', ['branch']] },
  applications: { friendlyName: ['Shop', ['shop']] },
  calls: {
    to: ['bob', ['tuesday']],
    from: ['carol', ['tuesday']],
    parentCallSid: ['monday', ['tuesday']],
    status: ['ringing', ['tuesday']],
    ...byTime('startTime', ['tuesday']),
    ...byTime('endTime', []),
  },
  conferences: {
    ...byTime('dateCreated', ['tuesday'], day(5)),
    ...byTime('dateUpdated', ['tuesday'], day(5)),
    friendlyName: ['daily', ['monday']],
    status: ['in-progress', ['tuesday']],
  },
  incomingPhoneNumbers: {
    beta: 'refused',
    friendlyName: ['Hotline', ['hotline']],
    phoneNumber: ['+15550100', ['hotline']],
    origin: 'refused',
  },
  messages: {
    to: ['client:bob', ['tuesday']],
    from: ['+15550100', ['tuesday']],
    ...byTime('dateSent', ['tuesday']),
  },
  notifications: {
    log: [0, ['monday']],
    ...byTime('messageDate', ['wednesday', 'tuesday'], day(5)),
  },
  outgoingCallerIds: { friendlyName: ['Office', ['office']], phoneNumber: ['+4930123456', ['office']] },
  recordings: {
    ...byTime('dateCreated', ['wednesday', 'tuesday']),
    callSid: ['tuesday', ['tuesday']],
    conferenceSid: ['monday', ['wednesday', 'monday']],
    includeSoftDeleted: 'refused',
  },
  keys: {},
  queues: {},
  signingKeys: {},
  'calls.events': {},
  'calls.notifications': { log: [0, ['monday']], ...byTime('messageDate', ['wednesday'], day(5)) },
  'calls.recordings': byTime('dateCreated', ['wednesday'], day(5)),
  'conferences.recordings': byTime('dateCreated', ['wednesday'], day(5)),
  'queues.members': {},
  'conferences.participants': {
    muted: [true, ['monday']],
    hold: [true, ['tuesday']],
    coaching: [true, ['tuesday']],
  },
};

describeOnBoth('Every option of every list of Twilio’s client library', (the) => {
  let api: ApiOnStore;
  let client: ReturnType<typeof twilio>;
  /** SIDs by the names that this test has for what it has made. */
  let sids: Record<string, readonly string[]>;
  beforeEach(async () => {
    api = await startApiOn(the().store, the().clock);
    client = twilioClient(api.url, api.account.sid, api.account.authToken);
    sids = await makeSome();
  });
  afterEach(() => api.close());

  async function makeSome(): Promise<Record<string, readonly string[]>> {
    const { store } = the();
    const accountSid = api.account.sid;
    const branch = await client.api.v2010.accounts.create({ friendlyName: 'Branch' });
    await client.api.v2010.accounts(branch.sid).update({ status: 'suspended' });
    const shop = await client.applications.create({ friendlyName: 'Shop' });
    await client.applications.create({ friendlyName: 'Other' });
    const hotline = await client.incomingPhoneNumbers.create({
      phoneNumber: '+15550100',
      friendlyName: 'Hotline',
    });
    await client.incomingPhoneNumbers.create({ phoneNumber: '1000' });
    const office = await client.validationRequests.create({
      friendlyName: 'Office',
      phoneNumber: '+4930123456',
    });
    assert.equal(office.phoneNumber, '+4930123456');
    await client.validationRequests.create({ phoneNumber: '+4930123457' });
    const known = (await client.outgoingCallerIds.list()).find(
      ({ friendlyName }) => friendlyName === 'Office',
    );
    const monday = leg({ accountSid, createdAt: MONDAY });
    const more = { from: 'carol', to: 'bob', parentCallSid: monday.sid };
    const tuesday = leg({ accountSid, createdAt: TUESDAY, ...more });
    const [early, late] = [room(accountSid, MONDAY), room(accountSid, TUESDAY)];
    const support = aQueue(accountSid);
    const greeting = message(accountSid, MONDAY, { from: 'client:alice', to: 'client:carol' });
    const news = message(accountSid, TUESDAY, { from: '+15550100', to: 'client:bob' });
    const entries = [
      { subjectSid: support.sid, accountSid, queue: support },
      { subjectSid: greeting.sid, accountSid, messages: [greeting] },
      { subjectSid: news.sid, accountSid, messages: [news] },
      endedEntry(monday, {
        recordings: [monday, { ...monday, createdAt: WEDNESDAY }].map((one) => ({
          ...recording(one),
          conferenceSid: early.sid,
        })),
        notifications: [notification(monday), notification({ ...monday, createdAt: WEDNESDAY })],
      }),
      entry(tuesday, { recordings: [recording(tuesday)], notifications: [notification(tuesday)] }),
      { subjectSid: monday.sid, accountSid, conference: { ...early, friendlyName: 'daily' } },
      { subjectSid: tuesday.sid, accountSid, conference: { ...late, status: 'in-progress' as const } },
      {
        subjectSid: monday.sid,
        accountSid,
        participants: [
          { ...place(early, monday.sid), muted: true },
          { ...place(early, tuesday.sid), hold: true, callSidToCoach: monday.sid },
        ],
      },
    ];
    for (const one of entries) await store.journal.commit(one);
    const [recordings, notifications] = [await client.recordings.list(), await client.notifications.list()];
    const on = (time: number) => [sidOn(recordings, time), sidOn(notifications, time)];
    return {
      branch: [branch.sid],
      shop: [shop.sid],
      hotline: [hotline.sid],
      office: [known?.sid ?? ''],
      support: [support.sid],
      monday: [monday.sid, early.sid, ...on(MONDAY), greeting.sid],
      tuesday: [tuesday.sid, late.sid, ...on(TUESDAY), news.sid],
      wednesday: on(WEDNESDAY),
    };
  }

  function nameOf(item: Item): string {
    const sid = item.sid ?? item.callSid ?? '';
    return Object.keys(sids).find((name) => sids[name]?.includes(sid)) ?? sid;
  }

  it('is known here: the library lists nothing else of what we serve, and by nothing else', async () => {
    const options: Record<string, readonly string[]> = {};
    for (const [name, listing] of listings()) {
      if (await isServed(listing)) options[name] = await optionsOf(listing);
    }
    const known = Object.entries(LISTS).map(([name, effects]) => [name, Object.keys(effects)]);
    assert.deepEqual(sortedLists(options), sortedLists(Object.fromEntries(known)));
  });

  for (const [list, effects] of Object.entries(LISTS)) {
    for (const [option, effect] of Object.entries(effects)) {
      if (effect === 'refused') {
        it(`${list}.list({ ${option} }) is refused`, async () => {
          const listing = listings().get(list);
          await assert.rejects(async () => listing?.page({ [option]: true }), { status: 400, code: 20001 });
        });
        continue;
      }
      const [value, found] = effect;
      it(`${list}.list({ ${option} }) lists ${found.join(', ') || 'nothing'} only`, async () => {
        const listing = listings().get(list);
        const wanted = /callSid$/i.test(option)
          ? sids[String(value)]?.[0]
          : option === 'conferenceSid'
            ? sids[String(value)]?.[1]
            : value;
        const page = await listing?.page({ [option]: wanted });
        assert.deepEqual(page?.instances.map(nameOf), found);
        const all = await listing?.page({});
        assert.ok((all?.instances.length ?? 0) > found.length, 'without the option there is more');
      });
    }
  }

  /** All lists of the library below an account, also those below a call, a conference, a number and a recording. */
  function listings(): ReadonlyMap<string, Listing> {
    const { v2010 } = client.api;
    const top = v2010.accounts(api.account.sid) as unknown as Record<string, unknown>;
    const candidates = new Map<string, unknown>([['accounts', v2010.accounts], ...membersOf('', top)]);
    const call = sids['monday']?.[0] ?? '';
    const conference = sids['monday']?.[1] ?? '';
    for (const [name, sid] of [
      ['calls', call],
      ['conferences', conference],
      ['queues', sids['support']?.[0] ?? ''],
      ['incomingPhoneNumbers', sids['hotline']?.[0] ?? ''],
      ['recordings', sids['monday']?.[2] ?? ''],
    ] as const) {
      const context = (top[name] as (sid: string) => object)(sid);
      for (const [member, value] of membersOf(`${name}.`, context)) candidates.set(member, value);
      for (const [member, value] of membersOf(`${name}.`, top[name] as object)) candidates.set(member, value);
    }
    return new Map(
      [...candidates].flatMap(([name, value]) => (isListing(value) ? [[name, value] as const] : [])),
    );
  }
});

function room(accountSid: string, at: number): ConferenceRecord {
  const dates = { dateCreated: at, dateUpdated: at };
  return { sid: newSid('CF'), accountSid, friendlyName: 'x', status: 'completed', nextSequence: 1, ...dates };
}

function message(accountSid: string, at: number, parties: Pick<MessageRecord, 'from' | 'to'>): MessageRecord {
  const times = { dateCreated: at, dateUpdated: at, dateSent: at };
  return {
    sid: newSid('SM'),
    accountSid,
    body: 'x',
    direction: 'outbound-api',
    status: 'sent',
    ...parties,
    ...times,
  };
}

function aQueue(accountSid: string): QueueRecord {
  const times = { usedAt: MONDAY, dateCreated: MONDAY, dateUpdated: MONDAY };
  const settings = { friendlyName: 'support', maxSize: 5, madeBy: 'api' as const };
  return { sid: newSid('QU'), accountSid, ...settings, nextNumber: 1, nextSequence: 0, ...times };
}

function place({ sid, accountSid, dateCreated }: ConferenceRecord, callSid: string): ParticipantRecord {
  return {
    conferenceSid: sid,
    callSid,
    accountSid,
    status: 'connected',
    muted: false,
    hold: false,
    startConferenceOnEnter: true,
    endConferenceOnExit: false,
    beepOnEnter: true,
    beepOnExit: false,
    dateCreated,
    dateUpdated: dateCreated,
  };
}

function recording({ sid: callSid, accountSid, createdAt }: ReturnType<typeof leg>): RecordingRecord {
  return {
    sid: newSid('RE'),
    accountSid,
    callSid,
    status: 'completed',
    source: 'RecordVerb',
    channels: 1,
    trimSilence: false,
    startTime: createdAt,
    duration: 1,
    dateCreated: createdAt,
    dateUpdated: createdAt,
  };
}

function notification({ sid: callSid, accountSid, createdAt }: ReturnType<typeof leg>): NotificationRecord {
  const level = createdAt === MONDAY ? 'error' : 'warning';
  return { sid: newSid('NO'), accountSid, callSid, at: createdAt, level, errorCode: 11200, message: 'x' };
}

function sidOn(items: readonly { readonly sid: string; readonly dateCreated: Date }[], at: number): string {
  return items.find(({ dateCreated }) => dateCreated.getTime() === at)?.sid ?? '';
}

/** The library's objects have their parts as getters: one of a class in its class, a function itself. */
function membersOf(path: string, object: object): readonly (readonly [string, unknown])[] {
  const declared = object instanceof Function ? object : (Object.getPrototypeOf(object) as object);
  return Object.entries(Object.getOwnPropertyDescriptors(declared))
    .filter(([, descriptor]) => descriptor.get !== undefined)
    .map(([name]) => [path + name, Reflect.get(object, name)] as const);
}

function isListing(candidate: unknown): candidate is Listing {
  return candidate instanceof Object && 'page' in candidate && typeof candidate.page === 'function';
}

async function isServed(listing: Listing): Promise<boolean> {
  try {
    await listing.page({});
    return true;
  } catch (error) {
    assert.ok(error instanceof twilio.RestException && error.status === 404, String(error));
    return false;
  }
}

/** Whatever `page` looks for in its options. */
async function optionsOf(listing: Listing): Promise<readonly string[]> {
  const asked = new Set<string>();
  const options = new Proxy(
    {},
    {
      get(_target, name) {
        if (typeof name === 'string') asked.add(name);
        return undefined;
      },
    },
  );
  await listing.page(options);
  for (const paging of ['pageSize', 'pageNumber', 'pageToken']) asked.delete(paging);
  return [...asked];
}

function sortedLists(lists: Readonly<Record<string, readonly string[]>>): object {
  return Object.fromEntries(
    Object.entries(lists)
      .map(([name, options]) => [name, options.toSorted()] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}
