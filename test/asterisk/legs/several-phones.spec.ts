import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readPhones } from '../../../src/asterisk/sip-accounts/client-phones.ts';
import type { AriEvent } from '../../../src/asterisk/ari/events.ts';
import { OutboundLeg } from '../../../src/asterisk/legs/outbound-leg.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ScriptedAri } from '../../support/scripted-ari.ts';

const BUSY = { sipStatus: 486, q850: 17, why: 'User busy' };
const NOT_FOUND = { sipStatus: 404, q850: 1, why: 'Unallocated' };
const UNAVAILABLE = { sipStatus: 480, q850: 19, why: 'No answer' };
const TIMER_B = { sipStatus: 408, q850: 18, why: 'No user responding' };
/** Asterisk says this of a channel that we hung up, whatever the phone does. */
const CANCELED = { sipStatus: 480, q850: 19, why: 'No answer' };

/** Where Bob is registered; Asterisk takes all of them for reachable. */
const desk = 'sip:bob@192.0.2.1:5060';
const mobile = 'sip:bob@192.0.2.2:40001';
const home = 'sip:bob@192.0.2.3:5060';

describe('A client with several phones', () => {
  let clock: FakeClock;
  let ari: ScriptedAri;
  let inputs: unknown[];
  let leg: OutboundLeg;
  /** Channel → whether Asterisk had any response from its phone. */
  let responded: Set<string>;
  let hungUp: string[];

  async function ring(...contacts: string[]): Promise<void> {
    clock = new FakeClock();
    ari = new ScriptedAri();
    inputs = [];
    responded = new Set();
    hungUp = [];
    const context = ari.context(clock, inputs);
    const tell = (event: AriEvent) => {
      if ('channelId' in event) context.owners.get(event.channelId)?.onEvent(event);
    };
    ari.respond = (name, parameters) => {
      const id = String(parameters['channelId']);
      if (name === 'channels.create') {
        const channel = { id, name: `PJSIP/bob-${id}`, state: 'Down' };
        setImmediate(() => context.owners.get(id)?.onEvent({ type: 'arrived', channel, args: ['out'] }));
      }
      if (name === 'channels.getChannelVar' && parameters['variable'] === 'PJSIP_DIAL_CONTACTS(bob)') {
        return { value: contacts.map((uri) => `PJSIP/bob/${uri}`).join('&') };
      }
      if (name === 'channels.getChannelVar') return { value: responded.has(id) ? 'PJSIP/bob-1' : '' };
      if (name === 'channels.hangup') {
        hungUp.push(id);
        tell({ type: 'end', channelId: id, end: CANCELED });
      }
      return undefined;
    };
    leg = new OutboundLeg(context, {
      callSid: 'CA1',
      target: { kind: 'client', login: 'bob' },
      from: 'alice',
      headers: [],
      timeoutS: 40,
    });
    leg.place();
    await clock.advance(0);
    hungUp = [];
    said = (index, event) => tell({ ...event, channelId: `CA1.${index + 2}` } as AriEvent);
  }
  /** What the n-th of the phones that ring says. */
  let said: (index: number, event: { type: 'ring' } | { type: 'end'; end: object }) => void;

  afterEach(() => assert.equal(clock.timers, 0));

  for (const word of [BUSY, NOT_FOUND, UNAVAILABLE]) {
    it(`ends with ${word.sipStatus} of the one that lives, five seconds after a dead one was called`, async () => {
      await ring(desk, mobile);
      said(1, { type: 'end', end: word });
      await clock.advance(4_999);
      assert.deepEqual(inputs, []);
      await clock.advance(1);
      assert.deepEqual(hungUp, ['CA1.2']);
      assert.deepEqual(inputs, [['CA1', { type: 'end', ...word }]]);
    });
  }

  it('ends at once when the one that lives rang for longer than that', async () => {
    await ring(desk, mobile);
    said(1, { type: 'ring' });
    await clock.advance(10_000);
    said(1, { type: 'end', end: NOT_FOUND });
    await clock.advance(0);
    assert.deepEqual(inputs, [
      ['CA1', { type: 'ring' }],
      ['CA1', { type: 'end', ...NOT_FOUND }],
    ]);
  });

  it('waits for one that says 100 Trying: it may ring yet', async () => {
    await ring(desk, mobile);
    responded.add('CA1.2');
    said(1, { type: 'end', end: BUSY });
    await clock.advance(30_000);
    assert.deepEqual(hungUp, []);
    // The time of the Dial is up.
    await leg.hangUp('normal');
    assert.deepEqual(inputs, [['CA1', { type: 'end', ...BUSY }]]);
  });

  it('goes on ringing the one that rings, while one is dead and one is busy', async () => {
    await ring(desk, mobile, home);
    said(1, { type: 'end', end: BUSY });
    said(2, { type: 'ring' });
    await clock.advance(20_000);
    assert.deepEqual(hungUp, ['CA1.2']);
    assert.deepEqual(inputs, [['CA1', { type: 'ring' }]]);
    await leg.hangUp('normal');
    assert.deepEqual(inputs.slice(1), [['CA1', { type: 'end', ...BUSY }]]);
  });

  it('has not answered, when one rang and another was not found', async () => {
    await ring(desk, mobile);
    said(0, { type: 'ring' });
    said(1, { type: 'end', end: NOT_FOUND });
    await clock.advance(10_000);
    await leg.hangUp('normal');
    assert.deepEqual(inputs, [
      ['CA1', { type: 'ring' }],
      ['CA1', { type: 'end', q850: 19, why: 'hung up by us' }],
    ]);
  });

  it('ends with what a phone said, not with the 408 that Asterisk says of a dead one', async () => {
    await ring(desk, mobile);
    said(1, { type: 'ring' });
    said(0, { type: 'end', end: TIMER_B });
    said(1, { type: 'end', end: NOT_FOUND });
    await clock.advance(0);
    assert.deepEqual(inputs.slice(1), [['CA1', { type: 'end', ...NOT_FOUND }]]);
  });

  it('is not cut short when nobody has said anything yet', async () => {
    await ring(desk, mobile);
    await clock.advance(30_000);
    assert.deepEqual(hungUp, []);
    await leg.hangUp('normal');
  });
});

describe("What a phone's registration replaces", () => {
  interface Registered {
    readonly uri: string;
    readonly callId: string;
    readonly expires: number;
    /** The name that it said; default: in lower case. */
    readonly name?: string;
  }

  /** The addresses that ring, of those that are registered. */
  async function ringing(...registered: Registered[]): Promise<readonly string[]> {
    const ari = new ScriptedAri();
    const idOf = ({ uri, name = 'bob' }: Registered) =>
      `${name};@${createHash('md5').update(uri).digest('hex')}`;
    ari.respond = (name, { id }) => {
      if (name === 'channels.getChannelVar') {
        return { value: registered.map(({ uri }) => `PJSIP/bob/${uri}`).join('&') };
      }
      if (id === 'bob') return [{ attribute: 'aors', value: 'bob,Bob' }];
      const one = registered.find((candidate) => idOf(candidate) === id);
      if (one === undefined) return 404;
      const fields = { uri: one.uri, call_id: one.callId, expiration_time: String(one.expires) };
      return Object.entries(fields).map(([attribute, value]) => ({ attribute, value }));
    };
    const { ari: connection } = ari.context(new FakeClock(), []);
    const { phones } = await readPhones(connection, 'c1', { login: 'bob', web: false });
    return phones.map(({ uri }) => uri);
  }

  const behindNat = (port: number, said: string) => `sip:bob@198.51.100.7:${port};x-ast-orig-host=${said}`;
  const before = { uri: behindNat(40_000, '10.0.0.5:5060'), callId: 'a', expires: 1_000 };

  it('is its own former one, when its NAT gave it another port', async () => {
    const now = { ...before, uri: behindNat(40_001, '10.0.0.5:5060'), expires: 1_060 };
    assert.deepEqual(await ringing(before, now), [now.uri]);
    assert.deepEqual(await ringing(now, before), [now.uri]);
  });

  it('is its own former one, when it was restarted and says the same Contact', async () => {
    const now = { uri: behindNat(40_001, '10.0.0.5:5060'), callId: 'b', expires: 1_060 };
    assert.deepEqual(await ringing(before, now), [now.uri]);
  });

  it('is its own former one, when it moved to another network', async () => {
    const now = { ...before, uri: 'sip:bob@203.0.113.9:5060', expires: 1_060 };
    assert.deepEqual(await ringing(before, now), [now.uri]);
  });

  it('is its own former one, when it says its login with capitals since it was set up anew', async () => {
    const [lower, capital] = ['sip:bob@192.0.2.7:5060', 'sip:Bob@192.0.2.7:5060'];
    const first = { uri: lower, callId: 'a', expires: 1_000 };
    const now = { uri: capital, callId: 'b', expires: 1_060, name: 'Bob' };
    assert.deepEqual(await ringing(first, now), [capital]);
  });

  it("is not another phone's behind the same NAT", async () => {
    const other = { uri: behindNat(40_001, '10.0.0.6:5060'), callId: 'b', expires: 1_060 };
    assert.deepEqual(await ringing(before, other), [before.uri, other.uri]);
  });

  it('is nothing, where one REGISTER had several contacts', async () => {
    const other = { ...before, uri: 'sip:bob@203.0.113.9:5060' };
    assert.deepEqual(await ringing(before, other), [before.uri, other.uri]);
  });
});
