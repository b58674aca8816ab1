import assert from 'node:assert/strict';
import { AriError } from '../../../src/asterisk/ari/ari-error.ts';
import type { AriConnection } from '../../../src/asterisk/ari/connection.ts';
import type { Contact } from '../../../src/asterisk/legs/dial-strings.ts';
import { AsteriskMessageSender } from '../../../src/asterisk/messages/message-sender.ts';
import type { DialTarget } from '../../../src/call/call-control.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ScriptedAri } from '../../support/scripted-ari.ts';

const TRUNK = `TK${'7'.repeat(32)}`;
const BOB: readonly Contact[] = ['sip:bob@127.0.0.1:5071', 'sip:bob@127.0.0.1:5072'].map((uri) => ({
  uri,
  dial: `PJSIP/bob/${uri}`,
}));

describe('Messages over ARI', () => {
  const clock = new FakeClock();
  let ari: ScriptedAri;
  let sent: unknown[];
  let warnings: string[];
  /** By the beginning of `to`: the HTTP status of Asterisk's refusal. */
  let refuses: Readonly<Record<string, number>>;

  beforeEach(() => {
    [ari, sent, warnings, refuses] = [new ScriptedAri(), [], [], {}];
    ari.respond = (operation, parameters) => {
      if (operation === 'asterisk.getObject') {
        return [{ attribute: 'contact', value: 'sip:pbx.example:5090;transport=tcp' }];
      }
      if (operation !== 'endpoints.sendMessage') return undefined;
      const to = String(parameters['to']);
      const refused = Object.entries(refuses).find(([start]) => to.startsWith(start))?.[1];
      if (refused === undefined) sent.push(parameters);
      return refused;
    };
  });
  afterEach(() => assert.equal(clock.timers, 0));

  function sender(phones: readonly Contact[] | Error = BOB, noClients?: string) {
    return new AsteriskMessageSender({
      ari: ari as unknown as AriConnection,
      clock,
      log: { debug() {}, info() {}, error() {}, warn: (_fields, message) => void warnings.push(message) },
      media: {},
      phones: () => (phones instanceof Error ? Promise.reject(phones) : Promise.resolve(phones)),
      ...(noClients === undefined ? {} : { noClients }),
    });
  }

  const to = (target: DialTarget, body = 'Hello') => ({ sid: 'SM1', target, from: '1000', body });
  const CLIENT = to({ kind: 'client', login: 'bob' });
  const put = (address: string, text = 'Hello') => ({
    to: `pjsip:${address}`,
    from: '1000',
    body: JSON.stringify({ body: text }),
  });

  it('go to every phone of a client', async () => {
    assert.equal(await sender().send(CLIENT), undefined);
    assert.deepEqual(
      sent,
      BOB.map(({ uri }) => put(`bob/${uri}`)),
    );
  });

  it('are sent when one of the phones could be sent to', async () => {
    refuses = { 'pjsip:bob/sip:bob@127.0.0.1:5071': 404 };
    assert.equal(await sender().send(CLIENT), undefined);
    assert.deepEqual(sent, [put('bob/sip:bob@127.0.0.1:5072')]);
  });

  it('fail without a phone, at a proxy, and when Asterisk refuses or is away', async () => {
    assert.equal((await sender([]).send(CLIENT))?.code, 30003);
    const away = 'Clients register elsewhere';
    assert.deepEqual(await sender(BOB, away).send(CLIENT), { code: 30003, message: away });
    assert.equal((await sender(new AriError(0, 'no connection')).send(CLIENT))?.code, 30008);
    refuses = { pjsip: 400 };
    assert.equal((await sender().send(CLIENT))?.code, 30008);
    assert.deepEqual(sent, []);
  });

  it('go to a number at the host of its trunk, which Asterisk knows', async () => {
    const target = { kind: 'trunk', trunkSid: TRUNK, number: '+4930123' } as const;
    assert.equal(await sender().send(to(target)), undefined);
    assert.deepEqual(sent, [put(`${TRUNK}/sip:+4930123@pbx.example:5090;transport=tcp`)]);
    const strange = { ...target, number: '1@evil.test' };
    assert.equal((await sender().send(to(strange)))?.code, 21211);
    ari.respond = () => 404;
    assert.equal((await sender().send(to(target)))?.code, 30008);
    assert.equal(sent.length, 1);
  });

  it('go to a SIP address', async () => {
    assert.equal(await sender().send(to({ kind: 'sip', uri: 'sip:desk@pbx.example' })), undefined);
    assert.deepEqual(sent, [put('rc-out/sip:desk@pbx.example')]);
  });

  it('go by the way that was checked, through an endpoint that is removed when all is over', async () => {
    const target = { kind: 'sip', uri: 'sip:desk@pbx.example', via: 'sip:192.0.2.1:5060' } as const;
    assert.equal(await sender().send(to(target)), undefined);
    const [{ to: address }] = sent as [{ to: string }];
    assert.match(address, /^pjsip:out-[0-9a-f-]{36}\/sip:desk@pbx\.example$/);
    assert.ok(!ari.requests.includes('asterisk.deleteObject'));
    await clock.advance(40_000);
    assert.ok(ari.requests.includes('asterisk.deleteObject'));
  });

  it('leave no timer when Legwork stops', async () => {
    const one = sender();
    await one.send(to({ kind: 'sip', uri: 'sip:desk@pbx.example', via: 'sip:192.0.2.1:5060' }));
    one.close();
    await clock.advance(0);
    assert.equal(clock.timers, 0);
  });

  it('are warned of when UDP may not carry them in one piece', async () => {
    await sender().send(to({ kind: 'client', login: 'bob' }, 'ü'.repeat(501)));
    assert.deepEqual(warnings, ['A message is large for UDP']);
  });
});
