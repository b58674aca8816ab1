import assert from 'node:assert/strict';
import { explainInbound, explainOutbound } from '../../src/api/routing/explain.ts';
import type { VoiceSettings } from '../../src/call/leg/leg.ts';
import { newSid } from '../../src/call/sids.ts';
import { FakeDirectory } from '../support/fake-directory.ts';
import { startFakeApi } from '../support/fake-api.ts';

const OURS = newSid('AC');
const THEIRS = newSid('AC');
const NUMBER_SID = newSid('PN');
const TRUNK_SID = newSid('TK');
const NO_VOICE: VoiceSettings = {
  voiceMethod: 'POST',
  voiceFallbackMethod: 'POST',
  statusCallbackMethod: 'POST',
};
const VOICE: VoiceSettings = {
  ...NO_VOICE,
  voiceUrl: 'http://app.example/voice',
  voiceFallbackUrl: 'http://app.example/fallback',
  statusCallback: 'http://app.example/status',
};

describe('What would become of a call', () => {
  let directory: FakeDirectory;
  beforeEach(() => {
    directory = new FakeDirectory(OURS, THEIRS);
    directory.numbers.push(
      { sid: NUMBER_SID, accountSid: OURS, phoneNumber: '+4930123', voice: VOICE },
      { sid: newSid('PN'), accountSid: THEIRS, phoneNumber: '+4940', voice: VOICE },
    );
    directory.clients.push(
      { sid: newSid('CL'), accountSid: OURS, login: 'alice', voice: NO_VOICE },
      { sid: newSid('CL'), accountSid: OURS, login: 'bob', voice: NO_VOICE },
      { sid: newSid('CL'), accountSid: THEIRS, login: 'mallory', voice: NO_VOICE },
    );
    directory.addTrunk({
      sid: TRUNK_SID,
      accountSid: OURS,
      stripDigits: 1,
      prependDigits: '00',
      maxChannels: 9,
    });
  });

  const inbound = (from: string, to: string) => explainInbound(directory, { accountSid: OURS, from, to });
  const outbound = (to: string) => explainOutbound(directory, { accountSid: OURS, to });

  it('to a number is that its document is asked for', async () => {
    assert.deepEqual(await inbound('+15551', '+49 30 123'), {
      outcome: 'document',
      url: 'http://app.example/voice',
      phoneNumberSid: NUMBER_SID,
      steps: [
        'A trunk brings a call from +15551, and dials +49 30 123.',
        `It is the number ${NUMBER_SID} of this account.`,
        'The caller hears ringing while POST http://app.example/voice is asked for a document.',
        'If there is none, POST http://app.example/fallback is asked.',
        'http://app.example/status is told of each state of the call.',
      ],
    });
  });

  it('from a client to another one, or to a number outside, is that Legwork dials', async () => {
    const toBob = await inbound('client:alice', 'client:bob');
    assert.deepEqual([toBob.outcome, toBob.steps.at(-1)], ['dial', 'All phones of the client bob ring.']);
    const outside = await inbound('client:alice', '+4989456');
    assert.deepEqual([outside.outcome, outside.trunkSid], ['dial', TRUNK_SID]);
    assert.equal(outside.steps.at(-1), 'It takes at most 9 calls at one time.');
  });

  const REFUSED: readonly (readonly [from: string, to: string, why: RegExp])[] = [
    ['+15551', '777', /^No number or client is what was dialled: the caller gets 404 Not Found\.$/],
    ['client:nobody', '777', /^This account has no client nobody/],
    ['client:mallory', '777', /^This account has no client mallory/],
    ['+15551', '+4940', /^\+4940 belongs to another account/],
  ];
  for (const [from, to, why] of REFUSED) {
    it(`from ${from} to ${to} is that it is refused`, async () => {
      const { outcome, steps } = await inbound(from, to);
      assert.equal(outcome, 'refused');
      assert.match(steps.at(-1) ?? '', why);
    });
  }

  it('of a suspended account is that it is refused', async () => {
    directory.accounts[0] = { sid: OURS, status: 'suspended' };
    assert.match(
      (await inbound('1', '+4930123')).steps.at(-1) ?? '',
      /suspended: the caller gets 403 Forbidden\.$/,
    );
  });

  it('that the account makes is where it goes, or why it goes nowhere', async () => {
    assert.deepEqual(await outbound('client:Bob'), {
      outcome: 'dial',
      steps: ['The account calls client:Bob.', 'All phones of the client bob ring.'],
    });
    const { steps, trunkSid } = await outbound('+4989456');
    assert.equal(trunkSid, TRUNK_SID);
    assert.equal(steps[1], `It goes out by the trunk ${TRUNK_SID}, which is asked for 00989456.`);
    const cases = [
      ['client:mallory', /^There is no client mallory: the leg ends failed at once\.$/],
      ['+4930123', /which it cannot call itself: the leg ends failed at once\.$/],
      ['hello', /^hello is not .*: such a call is refused with 400\.$/],
    ] as const;
    for (const [to, why] of cases) {
      const found = await outbound(to);
      assert.equal(found.outcome, 'refused');
      assert.match(found.steps.at(-1) ?? '', why);
    }
  });

  it('is asked over REST', async () => {
    const api = await startFakeApi();
    const reply = await api.request('POST', 'Routing.json', { form: { From: 'client:x', To: '1' } });
    assert.deepEqual([reply.status, reply.json?.['outcome']], [200, 'refused']);
    assert.equal((await api.request('POST', 'Routing.json', { form: { From: '1' } })).json?.['code'], 21201);
    await api.close();
  });
});
