import assert from 'node:assert/strict';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

type Form = Readonly<Record<string, string | readonly string[]>>;

describe('Resources of the voice set-up', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  async function create(collection: string, form: Form): Promise<Record<string, unknown>> {
    const reply = await api.request('POST', `${collection}.json`, { form });
    assert.equal(reply.status, 201, reply.text);
    return reply.json ?? {};
  }

  /** What a refused creation says; nothing may have been stored. */
  async function refusal(collection: string, form: Form): Promise<readonly unknown[]> {
    const reply = await api.request('POST', `${collection}.json`, { form });
    const list = await api.request('GET', `${collection}.json`);
    assert.equal(list.json?.['total'], 0);
    return [reply.status, reply.json?.['code'], reply.json?.['message']];
  }

  const DATES = {
    api_version: '2012-04-24',
    date_created: 'Sat, 31 Jan 2026 12:00:00 +0000',
    date_updated: 'Sat, 31 Jan 2026 12:00:00 +0000',
  };

  describe('IncomingPhoneNumbers', () => {
    it('creates one with the defaults of what is left out', async () => {
      const { sid, ...rest } = await create('IncomingPhoneNumbers', { PhoneNumber: '+15551234567' });
      assert.match(String(sid), /^PN[0-9a-f]{32}$/);
      assert.deepEqual(rest, {
        account_sid: api.main.sid,
        friendly_name: '+15551234567',
        phone_number: '+15551234567',
        voice_url: null,
        voice_method: 'POST',
        voice_fallback_url: null,
        voice_fallback_method: 'POST',
        status_callback: null,
        status_callback_method: 'POST',
        voice_application_sid: null,
        capabilities: { voice: true, sms: false, mms: false, fax: false },
        ...DATES,
        uri: `/2012-04-24/Accounts/${api.main.sid}/IncomingPhoneNumbers/${String(sid)}.json`,
      });
    });

    it('keeps everything that is given, and changes it', async () => {
      const application = await create('Applications', { FriendlyName: 'App' });
      const made = await create('IncomingPhoneNumbers', {
        PhoneNumber: '1000',
        FriendlyName: 'Reception',
        VoiceUrl: 'http://app.example/v',
        VoiceMethod: 'get',
        VoiceFallbackUrl: 'http://app.example/f',
        VoiceFallbackMethod: 'GET',
        StatusCallback: 'http://app.example/s',
        StatusCallbackMethod: 'GET',
        VoiceApplicationSid: String(application['sid']),
      });
      const path = `IncomingPhoneNumbers/${String(made['sid'])}.json`;
      assert.deepEqual((await api.request('GET', path)).json, made);
      await api.clock.advance(1000);
      const form = {
        FriendlyName: 'Hotline',
        PhoneNumber: '1001',
        VoiceApplicationSid: '',
        VoiceFallbackUrl: '',
      };
      const changed = await api.request('POST', path, { form });
      assert.deepEqual(
        [changed.status, changed.json],
        [
          200,
          {
            ...made,
            friendly_name: 'Hotline',
            phone_number: '1001',
            voice_application_sid: null,
            voice_fallback_url: null,
            date_updated: 'Sat, 31 Jan 2026 12:00:01 +0000',
          },
        ],
      );
      assert.equal((await api.request('DELETE', path)).status, 204);
      assert.equal((await api.request('DELETE', path)).status, 404);
    });

    for (const PhoneNumber of ['1000', '*43#', '15551234567', '+441632960000', '1'.repeat(20)]) {
      it(`takes ${PhoneNumber}`, async () => {
        assert.equal((await create('IncomingPhoneNumbers', { PhoneNumber }))['phone_number'], PhoneNumber);
      });
    }

    for (const PhoneNumber of ['*', '7*', '+49*', '+49 30*']) {
      it(`takes ${PhoneNumber} for all numbers that begin so, once in each account`, async () => {
        const made = await create('IncomingPhoneNumbers', { PhoneNumber });
        assert.equal(made['phone_number'], PhoneNumber.replace(' ', ''));
        const again = await api.request('POST', 'IncomingPhoneNumbers.json', { form: { PhoneNumber } });
        assert.deepEqual([again.status, again.json?.['code']], [400, 21422]);
        const path = `/2012-04-24/Accounts/${api.sub.sid}/IncomingPhoneNumbers.json`;
        assert.equal((await api.request('POST', path, { form: { PhoneNumber } })).status, 201);
      });
    }

    for (const [written, number] of [
      ['+1 (555) 123-4567', '+15551234567'],
      ['+1.555.123.4567', '+15551234567'],
      ['+1\u2011555\u20131234567', '+15551234567'],
      ['tel:+1-555-123-4567', '+15551234567'],
      ['10 00', '1000'],
    ] as const) {
      it(`takes ${written} as ${number}`, async () => {
        const made = await create('IncomingPhoneNumbers', { PhoneNumber: written });
        assert.equal(made['phone_number'], number);
        const moved = await api.request('POST', String(made['uri']), { form: { PhoneNumber: '1' } });
        assert.equal(moved.json?.['phone_number'], '1');
        const back = await api.request('POST', String(made['uri']), { form: { PhoneNumber: written } });
        assert.equal(back.json?.['phone_number'], number);
      });
    }

    it('takes the number of curl -d PhoneNumber=+15551234567, whose plus is not encoded', async () => {
      const reply = await api.request('POST', 'IncomingPhoneNumbers.json', {
        raw: 'PhoneNumber=+15551234567&FriendlyName=Hot+line',
      });
      assert.deepEqual(
        [reply.status, reply.json?.['phone_number'], reply.json?.['friendly_name']],
        [201, '+15551234567', 'Hot line'],
      );
    });

    for (const PhoneNumber of [
      'bob',
      '1-800-FLOWERS',
      '+0123',
      '+',
      `+${'1'.repeat(16)}`,
      '1'.repeat(21),
      '10,00',
      'tel:+15551234567;ext=12',
    ]) {
      it(`refuses ${PhoneNumber}`, async () => {
        const [status, code, message] = await refusal('IncomingPhoneNumbers', { PhoneNumber });
        assert.deepEqual([status, code], [400, 21421]);
        assert.match(String(message), /^PhoneNumber must be an E\.164 number such as .* or an extension/);
      });
    }

    it('requires PhoneNumber', async () => {
      assert.deepEqual(await refusal('IncomingPhoneNumbers', {}), [400, 21421, 'PhoneNumber is required']);
    });

    for (const [name, code] of [
      ['VoiceUrl', 21402],
      ['VoiceMethod', 21403],
      ['VoiceFallbackUrl', 21402],
      ['VoiceFallbackMethod', 21403],
      ['StatusCallback', 21502],
      ['StatusCallbackMethod', 21403],
      ['VoiceApplicationSid', 21218],
    ] as const) {
      it(`refuses a wrong ${name}`, async () => {
        const [status, given, message] = await refusal('IncomingPhoneNumbers', {
          PhoneNumber: '1',
          [name]: 'x',
        });
        assert.deepEqual([status, given], [400, code]);
        assert.match(String(message), new RegExp(`^${name} must be `));
      });
    }

    it('refuses an application that is not there', async () => {
      const form = { PhoneNumber: '1', VoiceApplicationSid: `AP${'0'.repeat(32)}` };
      const message = 'VoiceApplicationSid must name an application of this account';
      assert.deepEqual(await refusal('IncomingPhoneNumbers', form), [400, 21218, message]);
    });

    it('refuses a number that is taken, with or without the +, by anybody', async () => {
      await create('IncomingPhoneNumbers', { PhoneNumber: '+15551234567' });
      const other = await create('IncomingPhoneNumbers', { PhoneNumber: '1000' });
      const form = { PhoneNumber: '15551234567' };
      const replies = [
        await api.request('POST', `/2012-04-24/Accounts/${api.stranger.sid}/IncomingPhoneNumbers.json`, {
          as: api.stranger,
          form,
        }),
        await api.request('POST', `IncomingPhoneNumbers/${String(other['sid'])}.json`, { form }),
      ];
      for (const reply of replies) {
        assert.deepEqual([reply.status, reply.json?.['code']], [400, 21422]);
        assert.match(String(reply.json?.['message']), /^PhoneNumber is already in use/);
      }
    });

    it('lists by number and by name', async () => {
      const one = await create('IncomingPhoneNumbers', { PhoneNumber: '+1555' });
      const two = await create('IncomingPhoneNumbers', { PhoneNumber: '1000', FriendlyName: 'R' });
      const found = async (query: string) =>
        (await api.request('GET', `IncomingPhoneNumbers.json?${query}`)).json?.['incoming_phone_numbers'];
      assert.deepEqual(await found('PhoneNumber=%2B1555'), [one]);
      assert.deepEqual(await found('FriendlyName=R'), [two]);
      assert.deepEqual(await found('FriendlyName=R&PhoneNumber=1'), []);
    });
  });

  describe('Applications', () => {
    it('creates, changes and removes one', async () => {
      const { sid, ...rest } = await create('Applications', {});
      assert.match(String(sid), /^AP[0-9a-f]{32}$/);
      const uri = `/2012-04-24/Accounts/${api.main.sid}/Applications/${String(sid)}.json`;
      assert.deepEqual(rest, {
        account_sid: api.main.sid,
        friendly_name: sid,
        voice_url: null,
        voice_method: 'POST',
        voice_fallback_url: null,
        voice_fallback_method: 'POST',
        status_callback: null,
        status_callback_method: 'POST',
        rcml_url: null,
        ...DATES,
        uri,
      });
      const form = { RcmlUrl: 'http://app.example/v', FriendlyName: 'App' };
      const changed = await api.request('PUT', uri, { form });
      const { voice_url: voiceUrl, rcml_url: rcmlUrl, friendly_name: name } = changed.json ?? {};
      assert.deepEqual([voiceUrl, rcmlUrl, name], ['http://app.example/v', 'http://app.example/v', 'App']);
      assert.equal((await api.request('DELETE', uri)).status, 204);
      assert.equal((await api.request('GET', uri)).status, 404);
    });

    it('prefers VoiceUrl to its other name', async () => {
      const form = { RcmlUrl: 'http://app.example/r', VoiceUrl: 'http://app.example/v' };
      assert.equal((await create('Applications', form))['voice_url'], 'http://app.example/v');
    });
  });
});
