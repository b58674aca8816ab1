import assert from 'node:assert/strict';
import type { HepPacket } from '../../../src/asterisk/sip-trace/hep.ts';
import { openHepSocket } from '../../../src/asterisk/sip-trace/hep-socket.ts';
import { aliceTalksToBob } from '../../support/dial-story.ts';
import { basic } from '../../support/fake-api.ts';
import { stories } from '../../support/live-story.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** The BYE of Alice, which was received, and that to Bob. */
function bothByes(collected: readonly HepPacket[]): boolean {
  const byes = collected.map(({ payload }) => payload.toString()).filter((text) => text.startsWith('BYE '));
  return new Set(byes.map((text) => /^Call-ID: (.*)$/im.exec(text)?.[1])).size === 2;
}

type Json = Readonly<Record<string, unknown>>;

stories('The SIP messages of a call that is traced', (story) => {
  it('are there while it runs and afterwards, of both legs, without what the phones proved their passwords with', async () => {
    const { call } = await aliceTalksToBob(story(), '<Dial><Client>bob</Client></Dial>');
    const collected: HepPacket[] = [];
    const { hepCollector } = story().stack.legwork.foundation.config;
    const collector = await openHepSocket({
      port: hepCollector?.port ?? 0,
      password: undefined,
      onPacket: (packet) => collected.push(packet),
    });
    const [first] = story().app.to('/voice');
    const callSid = first?.params['CallSid'] ?? '';
    const messages = async () => {
      const { json } = await story().rest('GET', `/Calls/${callSid}/Sip.json?PageSize=1000`);
      return json['sip_messages'] as readonly Json[];
    };
    const linesOf = async (isBob: boolean) =>
      (await messages())
        .filter((one) => (one['call_sid'] !== callSid) === isBob)
        .map(
          (one) =>
            `${one['direction'] === 'sent' ? '→' : '←'} ${String(one['start_line']).replace(/ sip:.*/, '')}`,
        );
    const talking = [
      '← INVITE',
      '→ SIP/2.0 401 Unauthorized',
      '← ACK',
      '← INVITE',
      '→ SIP/2.0 100 Trying',
      '→ SIP/2.0 180 Ringing',
      '→ SIP/2.0 200 OK',
      '← ACK',
    ];
    await waitUntil(
      'what went over the wire to Alice is there',
      async () => (await linesOf(false)).length >= 8,
    );
    assert.deepEqual(await linesOf(false), talking);
    await call.hangUp();
    await story().quiet();
    await waitUntil('the collector has both ends of the call', () => bothByes(collected)).finally(() =>
      collector.close(),
    );
    await waitUntil(
      'the last answer is there',
      async () => (await linesOf(true)).at(-1) === '← SIP/2.0 200 OK',
    );
    assert.deepEqual(await linesOf(false), [...talking, '← BYE', '→ SIP/2.0 200 OK']);
    assert.deepEqual(await linesOf(true), [
      '→ INVITE',
      '← SIP/2.0 100 Trying',
      '← SIP/2.0 180 Ringing',
      '← SIP/2.0 200 OK',
      '→ ACK',
      '→ BYE',
      '← SIP/2.0 200 OK',
    ]);

    const found = await messages();
    const texts = found.map((one) => String(one['content'])).join('\n');
    assert.match(texts, /^Authorization: Digest \*\*\*\r$/m);
    assert.match(texts, /^WWW-Authenticate: {1,2}Digest \*\*\*\r$/m);
    assert.doesNotMatch(texts, /nonce|response=/);
    assert.doesNotMatch(collected.map(({ payload }) => payload.toString()).join('\n'), /nonce|response=/);
    assert.doesNotMatch(story().stack.output, /INVITE sip:|nonce=/);

    const { url, accountSid, authToken } = story().stack.legwork;
    const capture = await fetch(`${url}/2012-04-24/Accounts/${accountSid}/Calls/${callSid}/Sip.pcap`, {
      headers: { authorization: basic(accountSid, authToken) },
    });
    const bytes = Buffer.from(await capture.arrayBuffer());
    assert.equal(bytes.toString('latin1').split('SIP/2.0 180 Ringing').length, 3);

    const kept = () => story().stack.legwork.foundation.store.repositories.sipTraces.of([callSid]);
    await waitUntil('it is in the database', async () => (await kept())[0]?.messages.length === 10);
  });
});
