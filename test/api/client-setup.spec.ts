import assert from 'node:assert/strict';
import type { SipSetup } from '../../src/api/clients/setup.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

const SETUP: SipSetup = {
  server: 'voice.example.com',
  port: 5060,
  tlsPort: 5061,
  codecs: ['ulaw', 'opus'],
  srtp: 'optional',
};

describe('What a phone of a client has to be told', () => {
  let api: FakeApi;
  afterEach(() => api.close());

  async function setupOf(form: Readonly<Record<string, string>>, sipSetup: SipSetup | undefined) {
    api = await startFakeApi(sipSetup === undefined ? {} : { sipSetup });
    const client = { Login: 'Alice', Password: 'correct horse', ...form };
    const { json } = await api.request('POST', 'Clients.json', { form: client });
    const sid = String(json?.['sid']);
    return { sid, reply: await api.request('GET', `Clients/${sid}/Setup.json`) };
  }

  it('is where to register, as whom, and with what media; never the password', async () => {
    const { sid, reply } = await setupOf({}, SETUP);
    assert.deepEqual(reply.json, {
      client_sid: sid,
      server: 'voice.example.com',
      port: 5060,
      tls_port: 5061,
      transports: ['udp', 'tcp', 'tls'],
      user: 'Alice',
      realm: 'legwork',
      srtp: 'optional',
      codecs: ['ulaw', 'opus'],
      uri: `/2012-04-24/Accounts/${api.main.sid}/Clients/${sid}/Setup.json`,
    });
  });

  it('has no TLS where there is none, and the encryption of the client itself', async () => {
    const { tlsPort: _, ...withoutTls } = SETUP;
    const { json } = (await setupOf({ Srtp: 'required' }, withoutTls)).reply;
    assert.deepEqual(
      [json?.['tls_port'], json?.['transports'], json?.['srtp']],
      [null, ['udp', 'tcp'], 'required'],
    );
  });

  it('is not known where Asterisk is your own, nor of a client that is not there', async () => {
    assert.equal((await setupOf({}, undefined)).reply.status, 404);
    await api.close();
    await setupOf({}, SETUP);
    assert.equal((await api.request('GET', `Clients/CL${'0'.repeat(32)}/Setup.json`)).status, 404);
  });
});
