import assert from 'node:assert/strict';
import type { ParticipantRecord } from '../../src/call/conference/conference-record.ts';
import { resourceRoutes } from '../../src/api/resources.ts';
import type { Route } from '../../src/api/route.ts';
import { pathOf } from '../../src/api/http/router.ts';
import type { AccountRecord } from '../../src/records/repositories.ts';
import { newSid, type SidPrefix } from '../../src/call/sids.ts';
import {
  NOON,
  putCallback,
  putConference,
  putNotification,
  putRecording,
  putSession,
} from '../support/api-records.ts';
import { type FakeApi, type Reply, startFakeApi } from '../support/fake-api.ts';

/** A body that every route accepts from its owner. */
const FORM = {
  Status: 'completed',
  PhoneNumber: '2000',
  FriendlyName: 'other',
  Url: 'http://app.example/',
  Host: 'x.example',
  Login: 'bob',
  Password: '12345678',
  Replay: 'true',
};

describe('An account and the resources of another', () => {
  let api: FakeApi;
  /** Collection → the SID of one of main's. */
  const sids = new Map<string, string>();

  before(async () => {
    // A fake clock fills no bucket again.
    const much = { perSecond: 1, burst: 1_000_000 };
    api = await startFakeApi({ rateLimits: { perAddress: much, perAccount: much } });
    const forms = {
      Calls: { To: 'client:bob', From: '1', Twiml: '<Response/>' },
      IncomingPhoneNumbers: { PhoneNumber: '1000' },
      Clients: { Login: 'alice', Password: '12345678' },
      Applications: {},
      SipTrunks: { Host: 'sip.example' },
      Queues: { FriendlyName: 'support' },
      OutgoingCallerIds: { PhoneNumber: '+4930123456' },
      DialingPermissions: { Country: 'DE' },
    };
    for (const [collection, form] of Object.entries(forms)) {
      const reply = await api.request('POST', `${collection}.json`, { form });
      assert.equal(reply.status, 201, reply.text);
      sids.set(collection, String(reply.json?.['sid']));
    }
    const token = await api.request('POST', `Clients/${sids.get('Clients')}/Tokens.json`);
    sids.set('Tokens', String(token.json?.['sid']));
    const key = await api.request('POST', 'Keys.json');
    for (const collection of ['Keys', 'SigningKeys']) sids.set(collection, String(key.json?.['sid']));
    const stream = await api.request('POST', `Calls/${sids.get('Calls')}/Streams.json`, {
      form: { Url: 'wss://app.example/' },
    });
    assert.equal(stream.status, 201, stream.text);
    sids.set('Streams', String(stream.json?.['sid']));
    const voice = { voiceMethod: 'POST', voiceFallbackMethod: 'POST', statusCallbackMethod: 'POST' } as const;
    const number = { sid: newSid('PN'), accountSid: api.main.sid, phoneNumber: '1000', voice };
    api.directory.numbers.push(number);
    const message = await api.request('POST', 'Messages.json', {
      form: { To: 'sip:desk@pbx.example', From: '1000', Body: 'Hello' },
    });
    assert.equal(message.status, 201, message.text);
    sids.set('Messages', String(message.json?.['sid']));
    await api.clock.advance(0);
    await putWhatTheJournalWrites();
    await putWhatIsMadeOfThat();
  });
  after(() => api.close());

  async function putWhatTheJournalWrites(): Promise<void> {
    const callSid = sids.get('Calls') ?? '';
    sids.set('Notifications', putNotification(api, { callSid, at: api.clock.now() }).sid);
    sids.set('Callbacks', putCallback(api, { callSid, state: 'delivered' }).sid);
    sids.set('Recordings', putRecording(api, { callSid }).sid);
    const conferenceSid = newSid('CF');
    const participant: ParticipantRecord = {
      conferenceSid,
      callSid,
      accountSid: api.main.sid,
      status: 'connected',
      muted: false,
      hold: false,
      startConferenceOnEnter: true,
      endConferenceOnExit: false,
      beepOnEnter: true,
      beepOnExit: true,
      dateCreated: NOON,
      dateUpdated: NOON,
    };
    await putConference(api, { sid: conferenceSid, status: 'in-progress' }, [participant]);
    sids.set('Conferences', conferenceSid).set('Participants', callSid);
    await api.queues.join({ accountSid: api.main.sid, callSid, name: 'support' });
    sids.set('Members', callSid);
  }

  async function putWhatIsMadeOfThat(): Promise<void> {
    const { json } = await api.request('GET', 'Problems.json');
    const [problem] = (json?.['problems'] ?? []) as { readonly sid: string }[];
    sids.set('Problems', problem?.sid ?? '');
    const job = await api.request('POST', 'Callbacks.json', { form: { Replay: 'true', State: 'failed' } });
    sids.set('Jobs', String(job.json?.['sid']));
    sids.set('Sessions', await putSession(api));
  }

  // Only the routes' names are used: nothing is called in what they are made of.
  const routes = resourceRoutes({ repositories: {}, recordings: {}, clock: {}, log: {} } as never);

  /** The path with main's SIDs, or with those that `made` makes up, below somebody's account. */
  function urlOf(route: Route, account: string, made?: (collection: string) => string): string {
    let collection = '';
    const path = pathOf(route)
      .split('/')
      .map((segment) => {
        if (segment === ':accountSid') return account;
        if (!segment.startsWith(':')) return (collection = segment);
        const own = sids.get(collection);
        assert.ok(own !== undefined, `This test makes no ${collection}: add one`);
        return made === undefined ? own : made(own);
      });
    return `/2012-04-24${path.join('/')}.json`;
  }

  const ask = (route: Route, url: string, as: AccountRecord): Promise<Reply> =>
    api.request(route.method, url, {
      as,
      ...(route.method === 'POST' || route.method === 'PUT' ? { form: FORM } : {}),
    });

  /** Everything that there is of main, as it sees it. */
  async function snapshot(): Promise<unknown> {
    const names = [...sids.keys()].filter(
      (name) => !['Participants', 'Members', 'Jobs', 'Tokens'].includes(name),
    );
    const lists = names.map(async (name) => (await api.request('GET', `${name}.json`)).text);
    const account = await api.repositories.accounts.find(api.main.sid);
    const { orders, ended, modified } = api.calls;
    return structuredClone([
      account,
      await Promise.all(lists),
      [orders.length, ended.length, modified.length],
      api.provisioning.pushes,
    ]);
  }

  for (const route of routes.filter(({ root }) => root !== true)) {
    const title = `${route.method} ${pathOf(route)}`;

    it(`${title}: is not there for strangers, sub-accounts and whoever asks under another account`, async () => {
      const before = await snapshot();
      const ways: (readonly [AccountRecord, string])[] = [
        [api.stranger, api.main.sid],
        [api.sub, api.main.sid],
      ];
      if (route.path.includes(':')) ways.push([api.stranger, api.stranger.sid], [api.main, api.sub.sid]);
      for (const [as, below] of ways) {
        const foreign = await ask(route, urlOf(route, below), as);
        assert.deepEqual([foreign.status, foreign.json?.['code']], [404, 20404]);
        // And nobody can tell it from what never was.
        const made = new Map<string, string>();
        const unknown = await ask(
          route,
          urlOf(route, below === as.sid || as === api.main ? below : newSid('AC'), (own) => {
            const other = newSid(own.slice(0, 2) as SidPrefix);
            made.set(other, own);
            return other;
          }),
          as,
        );
        const text = [...made].reduce((all, [other, own]) => all.replaceAll(other, own), unknown.text);
        assert.deepEqual([unknown.status, text], [foreign.status, foreign.text]);
      }
      assert.deepEqual(await snapshot(), before);
    });

    // A name is a room as well, which comes into being when somebody is called into it.
    const makesRoom = route.method === 'POST' && route.path.endsWith('/Participants');
    if (!route.path.includes(':') || makesRoom) continue;
    it(`${title}: what has not the form of its SID is not there`, async () => {
      for (const sid of ['x', `XX${'0'.repeat(32)}`, '%E0%A4%A', 'CA1', `AC${'0'.repeat(32)}`]) {
        assert.equal(
          (
            await ask(
              route,
              urlOf(route, api.main.sid, () => sid),
              api.main,
            )
          ).status,
          404,
        );
      }
    });
  }

  it('shows nothing of another account in any list', async () => {
    for (const route of routes.filter(({ method, path }) => method === 'GET' && !path.includes(':'))) {
      const url = urlOf(route, api.stranger.sid);
      const { text } = await ask(route, url, api.stranger);
      assert.equal(text.includes(api.main.sid), false, url);
      for (const sid of sids.values()) assert.equal(text.includes(sid), false, url);
    }
  });

  it('does not use another account’s application', async () => {
    const ApplicationSid = sids.get('Applications') ?? '';
    const path = `/2012-04-24/Accounts/${api.stranger.sid}`;
    const forms = [
      [`${path}/Calls.json`, { To: 'client:b', From: '1', ApplicationSid }],
      [`${path}/IncomingPhoneNumbers.json`, { PhoneNumber: '3000', VoiceApplicationSid: ApplicationSid }],
      [`${path}/Clients.json`, { Login: 'c', Password: '12345678', VoiceApplicationSid: ApplicationSid }],
    ] as const;
    for (const [url, form] of forms) {
      const reply = await api.request('POST', url, { as: api.stranger, form });
      assert.deepEqual([reply.status, reply.json?.['code']], [400, 21218]);
    }
  });

  it('lets an account act for the one below it', async () => {
    const path = `/2012-04-24/Accounts/${api.sub.sid}/Calls.json`;
    const reply = await api.request('POST', path, {
      form: { To: 'client:b', From: '1', Url: 'http://a.example' },
    });
    assert.deepEqual([reply.status, reply.json?.['account_sid']], [201, api.sub.sid]);
    assert.equal(api.calls.orders.at(-1)?.accountSid, api.sub.sid);
  });

  it('does not tell an unknown account from one that is somebody else’s', async () => {
    for (const sid of [newSid('AC'), api.stranger.sid, 'ACx']) {
      const reply = await api.request('GET', `/2012-04-24/Accounts/${sid}/Calls.json`);
      assert.deepEqual(reply.json, {
        code: 20404,
        message: 'The requested resource was not found',
        more_info: 'https://www.twilio.com/docs/errors/20404',
        status: 404,
      });
    }
  });
});
