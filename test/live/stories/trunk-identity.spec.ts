import assert from 'node:assert/strict';
import type { IncomingCall } from '../../../src/phone/phone.ts';
import { orderCall } from '../../support/live-rest-calls.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import { makeCarrier } from '../../support/story-carrier.ts';
import { makeTrunk } from '../../support/story-trunk.ts';
import { waitUntil } from '../../support/wait-until.ts';

const BOB = '+15550100';
const CALLER = '+4930123';
const IDENTITY = 'P-Asserted-Identity';

/** A call of ours through a trunk with these fields, as the carrier sees it; it is busy there. */
async function atCarrier(story: LiveStory, fields: Readonly<Record<string, string>>): Promise<IncomingCall> {
  const carrier = await story.peer('carrier', '127.0.0.7');
  await makeTrunk(story, carrier, fields);
  await orderCall(story, { To: BOB, From: CALLER, Rcml: '<Response/>' });
  const call = await carrier.incoming();
  call.reject(486, 'Busy Here');
  await story.quiet();
  return call;
}

/** The URI of a header with one. */
const uriOf = (header = '') => /<([^>]*)>/.exec(header)?.[1];

stories('Who calls, as a trunk is told', (story) => {
  const seen = (call: IncomingCall) => [uriOf(call.header('From')), uriOf(call.header(IDENTITY))];

  it('is the caller at our address, and nothing else, unless the trunk says otherwise', async () => {
    assert.deepEqual(seen(await atCarrier(story(), {})), [`sip:${CALLER}@127.0.0.1`, undefined]);
  });

  it('is of its domain with FromDomain', async () => {
    const call = await atCarrier(story(), { FromDomain: 'acme.carrier.example' });
    assert.deepEqual(seen(call), [`sip:${CALLER}@acme.carrier.example`, undefined]);
  });

  it('is its user with FromUser; SendAssertedIdentity says who calls all the same', async () => {
    const us = { FromUser: '4930100', FromDomain: 'acme.carrier.example' };
    const call = await atCarrier(story(), { ...us, SendAssertedIdentity: 'true' });
    assert.deepEqual(seen(call), ['sip:4930100@acme.carrier.example', `sip:${CALLER}@acme.carrier.example`]);
  });

  it('is what the next call says after a change, and the caller again when it is taken back', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    const us = { FromUser: '4930100', FromDomain: 'acme.example', SendAssertedIdentity: 'true' };
    const sid = await makeTrunk(story(), carrier, us);
    const none = { FromUser: '', FromDomain: '', SendAssertedIdentity: 'false' };
    assert.equal((await story().rest('POST', `/SipTrunks/${sid}.json`, none)).status, 200);
    await orderCall(story(), { To: BOB, From: CALLER, Rcml: '<Response/>' });
    const call = await carrier.incoming();
    call.reject(486, 'Busy Here');
    await story().quiet();
    assert.deepEqual(seen(call), [`sip:${CALLER}@127.0.0.1`, undefined]);
  });

  it('stands in our REGISTER too', async () => {
    const us = { username: 'acme', password: 'secret' };
    const { phone, registers } = await makeCarrier(story(), us);
    const fields = {
      Username: 'acme',
      Password: 'secret',
      Register: 'true',
      FromDomain: 'acme.carrier.example',
    };
    const sid = await makeTrunk(story(), phone, fields);
    await waitUntil('we are registered', async () => {
      const { json } = await story().rest('GET', `/SipTrunks/${sid}.json`);
      return json['registered'] === true;
    });
    assert.equal(registers[0]?.from, 'sip:acme@acme.carrier.example');
  });
});

stories('Who calls, as a trunk tells', (story) => {
  const CALLED = [
    ['its From, whatever it asserts', {}, '+4930777', 'Anonymous'],
    ['what it asserts, with TrustAssertedIdentity', { TrustAssertedIdentity: 'true' }, '+4930888', 'Dora'],
  ] as const;
  for (const [title, fields, from, callerName] of CALLED) {
    it(`is ${title}`, async () => {
      const carrier = await story().peer('carrier', '127.0.0.7');
      await makeTrunk(story(), carrier, fields);
      story().app.reply('/voice', '<Response><Reject reason="busy"/></Response>');
      story().app.reply('/number', { status: 204 });
      await story().number(BOB);
      const call = await carrier.call(BOB, {
        from: '+4930777',
        displayName: 'Anonymous',
        headers: { [IDENTITY]: '"Dora" <sip:+4930888@carrier.example>' },
      });
      assert.equal((await call.ended).status, 486);
      await story().quiet();
      const [request] = story().app.requests;
      assert.deepEqual([request?.params['From'], request?.params['CallerName']], [from, callerName]);
    });
  }

  it('is never what a client asserts: that is its login', async () => {
    story().app.reply('/voice', '<Response><Reject reason="busy"/></Response>');
    story().app.reply('/number', { status: 204 });
    await story().number(BOB);
    const alice = await story().phone('alice');
    const call = await alice.call(BOB, { headers: { [IDENTITY]: '<sip:+4930888@carrier.example>' } });
    assert.equal((await call.ended).status, 486);
    await story().quiet();
    assert.equal(story().app.requests[0]?.params['From'], 'alice');
  });
});
