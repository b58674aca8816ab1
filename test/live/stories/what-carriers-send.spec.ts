import assert from 'node:assert/strict';
import type { CallOptions } from '../../../src/phone/phone.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import { makeCarrier } from '../../support/story-carrier.ts';
import { makeTrunk } from '../../support/story-trunk.ts';
import { waitUntil } from '../../support/wait-until.ts';

const NUMBER = '+15550100';
const CALLER = '+15550199';

/** A number of ours that dials Bob, who is busy. */
async function numberOfBob(story: LiveStory, dial = ''): Promise<() => Promise<string>> {
  story.app.reply('/voice', `<Response><Dial action="/after"${dial}><Client>bob</Client></Dial></Response>`);
  story.app.reply('/after', '<Response/>');
  story.app.reply('/number', { status: 204 });
  await story.number(NUMBER);
  const bob = await story.phone('bob');
  return async () => {
    const atBob = await bob.incoming();
    atBob.reject(486, 'Busy Here');
    return atBob.fromUser;
  };
}

/** What the first document request says of who calls whom. */
function asked(story: LiveStory): Readonly<Record<string, string | undefined>> {
  const params = story.app.to('/voice')[0]?.params ?? {};
  const names = ['From', 'To', 'CallerName', 'ForwardedFrom'];
  return Object.fromEntries(names.flatMap((name) => (name in params ? [[name, params[name]]] : [])));
}

/** A carrier calls our number and Bob's phone rings; whom he sees. */
async function carrierCalls(story: LiveStory, user: string, options: CallOptions = {}, dial = '') {
  const carrier = await story.peer('carrier', '127.0.0.7');
  await makeTrunk(story, carrier);
  const bobIsBusy = await numberOfBob(story, dial);
  const { host, port } = story.stack.sip;
  const call = await carrier.call(`sip:${user.replace('@', `@${host}:${port}`)}`, {
    from: CALLER,
    ...options,
  });
  const seen = await bobIsBusy();
  await call.ended;
  await story.quiet();
  return seen;
}

stories('A carrier names our number with what gateways and number databases need to know', (story) => {
  for (const user of [
    `${NUMBER};npdi;rn=+15559999@;user=phone`,
    `${NUMBER};npdi=yes;rn=+15559999;cic=+1678@`,
    `${NUMBER};phone-context=+1@;user=phone`,
    `${NUMBER};isub=7;postd=pp22@`,
    `1-555-0100@;user=phone`,
  ]) {
    it(`is understood: sip:${user}`, async () => {
      await carrierCalls(story(), user);
      const to = user.startsWith('+') ? NUMBER : '15550100';
      assert.deepEqual(asked(story()), { From: CALLER, To: to });
    });
  }

  for (const to of [
    `sip:${NUMBER};npdi;rn=+15559999@carrier.example;user=phone`,
    `sip:%2B15550100@carrier.example`,
    `tel:${NUMBER}`,
  ]) {
    it(`is understood in the To of a call to what we registered: ${to}`, async () => {
      const us = { username: 'acme', password: 'secret' };
      const { phone, registers } = await makeCarrier(story(), us);
      await makeTrunk(story(), phone, { Username: us.username, Password: us.password, Register: 'true' });
      await waitUntil('we are registered', () => registers.length > 0);
      const bobIsBusy = await numberOfBob(story());
      const call = await phone.call(registers[0]?.contact ?? '', { from: CALLER, to });
      await bobIsBusy();
      await call.ended;
      await story().quiet();
      assert.deepEqual(asked(story()), { From: CALLER, To: NUMBER });
    });
  }
});

stories('A carrier does not tell who calls, or as it thinks fit', (story) => {
  const IDENTITY = { 'P-Asserted-Identity': `"Doe" <sip:${CALLER}@carrier.example>, <tel:${CALLER}>` };
  const CALLERS: readonly (readonly [
    title: string,
    options: CallOptions,
    said: Readonly<Record<string, string>>,
  ])[] = [
    [
      'anonymous, with Privacy and an identity that is not for us',
      {
        from: 'sip:anonymous@anonymous.invalid',
        displayName: 'Anonymous',
        headers: { Privacy: 'id', ...IDENTITY },
      },
      { From: 'anonymous', CallerName: 'Anonymous' },
    ],
    ['no user in From', { from: 'sip:carrier.example' }, { From: 'anonymous' }],
    ['unavailable', { from: 'sip:unavailable@unknown.invalid' }, { From: 'unavailable' }],
    ['parameters of a number', { from: `sip:${CALLER};npdi;isub=12@h;user=phone` }, { From: CALLER }],
    ['hyphens', { from: 'sip:+1-555-0199@h' }, { From: CALLER }],
    ['an encoded plus', { from: 'sip:%2B15550199@h' }, { From: CALLER }],
    [
      'a display name with every sign',
      { displayName: `O'Neil; "Bob", <b> & Söhne` },
      { From: CALLER, CallerName: `O'Neil; "Bob", <b> & Söhne` },
    ],
  ];
  for (const [title, options, said] of CALLERS) {
    it(`brings the call all the same, and Bob sees it: ${title}`, async () => {
      assert.equal(await carrierCalls(story(), `${NUMBER}@`, options), said['From']);
      assert.deepEqual(asked(story()), { To: NUMBER, ...said });
    });
  }

  it('and the document hands on what it was told as callerId: anonymous', async () => {
    const seen = await carrierCalls(
      story(),
      `${NUMBER}@`,
      { from: 'sip:anonymous@anonymous.invalid' },
      ' callerId="anonymous"',
    );
    assert.equal(seen, 'anonymous');
    assert.deepEqual(await story().notices(NUMBER), []);
  });
});

stories('A carrier tells who diverted the call', (story) => {
  for (const diversion of [
    '<sip:+15551111@carrier.example>;reason=unconditional',
    '"Reception" <sip:+15551111;x=y@10.0.0.1:5060;user=phone>;reason=unconditional;counter=1;privacy=off',
    '<tel:+15551111>;reason=unconditional',
    '"Reception <1st floor>" <tel:+15551111>;reason=unconditional',
    'tel:+1-555-1111;reason=no-answer',
    '<tel:+15551111>;reason=unconditional, <sip:+15552222@carrier.example>;reason=user-busy',
  ]) {
    it(`is told: Diversion: ${diversion}`, async () => {
      await carrierCalls(story(), `${NUMBER}@`, { headers: { Diversion: diversion } });
      assert.deepEqual(asked(story()), { From: CALLER, To: NUMBER, ForwardedFrom: '+15551111' });
      assert.equal(story().app.to('/voice')[0]?.params['SipHeader_Diversion'], diversion);
    });
  }
});
