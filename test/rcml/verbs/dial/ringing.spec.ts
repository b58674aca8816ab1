import assert from 'node:assert/strict';
import type { PlaceOrder } from '../../../../src/call/call-control.ts';
import { ANSWERS } from '../../../support/fake-call-control.ts';
import { CALLER, RcmlCall, VOICE_URL } from '../../../support/rcml-call.ts';

const PHONE = 'sip:bob@phone.test';

async function dialling(attributes: string, nouns = `<Sip>${PHONE}</Sip>`): Promise<RcmlCall> {
  const call = new RcmlCall();
  call.control.phones.set(PHONE, ANSWERS);
  call.documents.on(VOICE_URL, `<Response><Dial${attributes}>${nouns}</Dial></Response>`);
  await call.start();
  await call.clock.advance(1500);
  return call;
}

const placed = (call: RcmlCall) =>
  call.control.commandsNamed('place').map(([, , order]) => order as PlaceOrder);
const ends = async (call: RcmlCall) => {
  await call.clock.advance(1000);
  await call.hangUp();
  await call.clock.advance(40_000);
  call.check();
};

describe('While a Dial rings, an answered caller', () => {
  it('hears ringing', async () => {
    const call = await dialling('');
    assert.deepEqual(call.control.commandsNamed('startRinging').at(-1), ['startRinging', CALLER]);
    await ends(call);
  });

  it('hears the ringing tone of the country that ringTone names', async () => {
    const call = await dialling(' ringTone="de"');
    assert.deepEqual(call.control.commandsNamed('startRinging').at(-1), ['startRinging', CALLER, 'de']);
    await ends(call);
  });

  it('hears the sound that ringTone names, until the callee answers', async () => {
    const call = await dialling(' ringTone="/ring.mp3"');
    assert.deepEqual(call.sounds.asked, ['fetch http://app.test/ring.mp3']);
    assert.equal(call.control.commandsNamed('play').length, 2);
    await call.clock.advance(10_000);
    assert.ok(call.control.commandsNamed('play').length <= 3);
    await ends(call);
  });

  it('hears ringing where that sound cannot be played, with a warning', async () => {
    const call = new RcmlCall();
    call.control.phones.set(PHONE, ANSWERS);
    call.control.playOutcome = 'failed';
    call.documents.on(
      VOICE_URL,
      `<Response><Dial ringTone="/ring.mp3"><Sip>${PHONE}</Sip></Dial></Response>`,
    );
    await call.start();
    assert.deepEqual(call.control.commandsNamed('startRinging').at(-1), ['startRinging', CALLER]);
    assert.equal(call.store.notifications.length, 1);
    await ends(call);
  });

  it('hears the early media of a single callee', async () => {
    const call = await dialling('');
    assert.deepEqual(
      placed(call).map(({ earlyMediaTo }) => earlyMediaTo),
      [CALLER],
    );
    await ends(call);
  });

  const without = [
    ['of several', '', `<Sip>${PHONE}</Sip><Sip>sip:carol@phone.test</Sip>`],
    ['of one that is screened', '', `<Sip url="/screen">${PHONE}</Sip>`],
    ['beside a ringTone', ' ringTone="fr"', `<Sip>${PHONE}</Sip>`],
  ] as const;
  for (const [title, attributes, nouns] of without) {
    it(`does not hear the early media ${title}`, async () => {
      const call = await dialling(attributes, nouns);
      const heardBy = placed(call).map(({ earlyMediaTo }) => earlyMediaTo);
      assert.deepEqual(new Set(heardBy), new Set([undefined]));
      await ends(call);
    });
  }
});

describe('The credentials of a <Sip>', () => {
  it('go with its call, and into no timeline', async () => {
    const call = await dialling('', `<Sip username="bob" password="open sesame">${PHONE}</Sip>`);
    assert.deepEqual(placed(call)[0]?.credentials, { username: 'bob', password: 'open sesame' });
    await ends(call);
    assert(!JSON.stringify(call.store.events).includes('sesame'));
    assert(!JSON.stringify(call.store.entries.map(({ leg }) => leg)).includes('sesame'));
  });
});
