import assert from 'node:assert/strict';
import type { HepPacket } from '../../../src/asterisk/sip-trace/hep.ts';
import { SipTraces } from '../../../src/asterisk/sip-trace/sip-traces.ts';
import type { Leg, LegState } from '../../../src/call/leg/leg.ts';
import type { FinalStatus } from '../../../src/call/leg/outcome.ts';
import type { SipTrace, SipTraceMode } from '../../../src/call/sip-trace.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { quiet } from '../../support/quiet-log.ts';

const ACCOUNT = `AC${'a'.repeat(32)}`;
const [ALICE, BOB] = [`CA${'a'.repeat(32)}`, `CA${'b'.repeat(32)}`];
const PHONE = { address: '192.0.2.1', port: 5062 };
const ASTERISK = { address: '127.0.0.1', port: 5060 };

function leg(sid: string, more: Partial<Leg> = {}): Leg {
  return {
    sid,
    accountSid: ACCOUNT,
    direction: 'inbound',
    from: 'alice',
    to: '1000',
    sipHeaders: [],
    createdAt: 0,
    ...more,
  };
}

const RINGING: LegState = { phase: 'ringing', initiatedAt: 0, ringingAt: 0 };

function ended(status: FinalStatus, sipCallId?: string): LegState {
  return { phase: 'ended', status, endedAt: 0, cause: {}, ...(sipCallId === undefined ? {} : { sipCallId }) };
}

class Traced {
  readonly clock = new FakeClock();
  readonly kept: SipTrace[] = [];
  readonly traces: SipTraces;
  failure: Error | undefined;

  constructor(mode: SipTraceMode, limits?: { unmatchedBytes: number; matchedBytes: number }) {
    const keep = async (trace: SipTrace) => {
      if (this.failure !== undefined) throw this.failure;
      this.kept.push(trace);
    };
    this.traces = new SipTraces({ mode, keep, clock: this.clock, log: quiet }, limits);
  }

  /** Asterisk received it from the phone, or with `sent` sent it there. */
  heard(
    callId: string,
    startLine: string,
    more: Partial<HepPacket> & { sent?: boolean; cseq?: string } = {},
  ): void {
    const { sent = false, cseq = '1 INVITE', ...rest } = more;
    const text = `${startLine}\r\nCall-ID: ${callId}\r\nCSeq: ${cseq}\r\nContent-Length: 0\r\n\r\n`;
    this.traces.heard({
      at: this.clock.now(),
      source: sent ? ASTERISK : PHONE,
      destination: sent ? PHONE : ASTERISK,
      transport: 'udp',
      payload: Buffer.from(text),
      password: undefined,
      ...rest,
    });
  }

  /** Of all that is in memory: `→` sent, `←` received. */
  inMemory(...callSids: string[]): readonly string[] {
    return this.traces.of(callSids).flatMap(lines);
  }
}

function lines({ messages }: SipTrace): readonly string[] {
  return messages.map(({ isSent, text }) => `${isSent ? '→' : '←'} ${text.split('\r\n')[0]}`);
}

describe('SIP traces', () => {
  it('are matched to an inbound leg by its channel, which is known before the leg', () => {
    const the = new Traced('all');
    the.heard('one', 'INVITE sip:1000@a SIP/2.0');
    the.traces.channel('1700.1', 'one');
    assert.deepEqual(the.inMemory(ALICE), []);
    the.traces.leg({ leg: leg(ALICE, { channelId: '1700.1' }), state: RINGING }, false);
    the.heard('one', 'SIP/2.0 180 Ringing', { sent: true });
    assert.deepEqual(the.inMemory(ALICE), ['← INVITE sip:1000@a SIP/2.0', '→ SIP/2.0 180 Ringing']);
  });

  it('are matched to an outbound leg by the names of its channels, one trace for each phone', () => {
    const the = new Traced('all');
    for (const [index, callId] of ['desk', 'mobile'].entries()) {
      the.traces.channel(`${BOB}.${index + 1}`, callId);
      the.heard(callId, 'INVITE sip:bob@b SIP/2.0', { sent: true });
      the.heard(callId, 'SIP/2.0 180 Ringing');
    }
    the.traces.leg(
      { leg: leg(BOB, { direction: 'outbound-dial', parentCallSid: ALICE }), state: RINGING },
      false,
    );
    const each = ['→ INVITE sip:bob@b SIP/2.0', '← SIP/2.0 180 Ringing'];
    assert.deepEqual(the.inMemory(BOB), [...each, ...each]);
    assert.deepEqual(
      the.traces.of([BOB]).map(({ sipCallId }) => sipCallId),
      ['desk', 'mobile'],
    );
  });

  it('are matched by the Call-ID that a leg ends with, when no event told it before', () => {
    const the = new Traced('all');
    the.heard('one', 'INVITE sip:1000@a SIP/2.0');
    the.traces.leg({ leg: leg(ALICE), state: ended('failed', 'one') }, false);
    assert.deepEqual(the.inMemory(ALICE), ['← INVITE sip:1000@a SIP/2.0']);
  });

  it('have nothing of registrations, subscriptions and OPTIONS', () => {
    const the = new Traced('all');
    the.traces.leg({ leg: leg(ALICE), state: ended('failed', 'one') }, false);
    for (const method of ['REGISTER', 'OPTIONS', 'SUBSCRIBE', 'MESSAGE']) {
      the.heard('one', `${method} sip:a SIP/2.0`, { cseq: `1 ${method}` });
    }
    assert.deepEqual(the.inMemory(ALICE), []);
  });

  it('stay in the order in which Asterisk saw them, though what it receives has whole milliseconds only', () => {
    const the = new Traced('all');
    the.traces.leg({ leg: leg(ALICE), state: ended('completed', 'one') }, false);
    the.heard('one', 'SIP/2.0 200 OK', { sent: true, at: 1000.9 });
    the.heard('one', 'ACK sip:a SIP/2.0', { at: 1000, cseq: '1 ACK' });
    assert.deepEqual(
      the.traces.of([ALICE])[0]?.messages.map(({ at }) => at),
      [1000.9, 1000.9],
    );
  });

  it('have a message once that Asterisk reports again with the next one of a stream', () => {
    const the = new Traced('all');
    the.traces.leg({ leg: leg(ALICE), state: ended('completed', 'one') }, false);
    const via = 'Via: SIP/2.0/TCP a\r\nCall-ID: one\r\nContent-Length: 0\r\n';
    const ack = `ACK sip:a SIP/2.0\r\n${via}CSeq: 1 ACK\r\n\r\n`;
    const bye = `BYE sip:a SIP/2.0\r\n${via}CSeq: 2 BYE\r\n\r\n`;
    the.heard('one', '', { transport: 'tcp', payload: Buffer.from(ack) });
    the.heard('one', '', { transport: 'tcp', payload: Buffer.from(ack + bye) });
    assert.deepEqual(
      the.traces.of([ALICE])[0]?.messages.map(({ text, transport }) => [text.slice(0, 3), transport]),
      [
        ['ACK', 'tcp'],
        ['BYE', 'tcp'],
      ],
    );
  });

  it('are kept some seconds after the end with `all`, and again when more came', async () => {
    const the = new Traced('all');
    the.heard('one', 'INVITE sip:1000@a SIP/2.0');
    the.traces.leg({ leg: leg(ALICE), state: ended('completed', 'one') }, false);
    await the.clock.advance(2000);
    assert.equal(the.kept.length, 0);
    await the.clock.advance(3000);
    assert.deepEqual(the.kept.map(lines), [['← INVITE sip:1000@a SIP/2.0']]);
    the.heard('one', 'SIP/2.0 200 OK', { sent: true, cseq: '2 BYE' });
    await the.clock.advance(5000);
    assert.deepEqual(
      the.kept.map(({ messages }) => messages.length),
      [1, 2],
    );
    await the.clock.advance(120_000);
    assert.deepEqual(the.inMemory(ALICE), []);
    assert.equal(the.kept.length, 2);
  });

  it('are kept later when the database could not take them', async () => {
    const the = new Traced('all');
    the.failure = new Error('away');
    the.heard('one', 'INVITE sip:1000@a SIP/2.0');
    the.traces.leg({ leg: leg(ALICE), state: ended('completed', 'one') }, false);
    await the.clock.advance(5000);
    the.failure = undefined;
    await the.clock.advance(2000);
    assert.equal(the.kept.length, 1);
    await the.clock.advance(120_000);
  });

  it('are kept with `problems` of all legs of a call of which one ended badly, and of no other', async () => {
    const the = new Traced('problems');
    const good = `CA${'c'.repeat(32)}`;
    the.heard('alice', 'INVITE sip:1000@a SIP/2.0');
    the.traces.leg({ leg: leg(ALICE), state: ended('completed', 'alice') }, false);
    the.heard('good', 'INVITE sip:1000@a SIP/2.0');
    the.traces.leg({ leg: leg(good), state: ended('completed', 'good') }, false);
    await the.clock.advance(10_000);
    assert.deepEqual(the.kept, []);
    the.heard('bob', 'INVITE sip:bob@b SIP/2.0', { sent: true });
    const bob = leg(BOB, { direction: 'outbound-dial', parentCallSid: ALICE });
    the.traces.leg({ leg: bob, state: ended('busy', 'bob') }, false);
    await the.clock.advance(10_000);
    assert.deepEqual(new Set(the.kept.map(({ callSid }) => callSid)), new Set([ALICE, BOB]));
    assert.equal(the.kept.length, 2);
    await the.clock.advance(700_000);
    assert.deepEqual(the.inMemory(ALICE, BOB, good), []);
  });

  it('are kept with `problems` of a leg with a notification, or that lost its media', async () => {
    const the = new Traced('problems');
    the.heard('alice', 'INVITE sip:1000@a SIP/2.0');
    the.traces.leg({ leg: leg(ALICE), state: ended('completed', 'alice') }, false);
    the.traces.problem(ALICE);
    the.heard('bob', 'INVITE sip:1000@a SIP/2.0');
    const lost = ended('completed', 'bob') as Extract<LegState, { phase: 'ended' }>;
    the.traces.leg({ leg: leg(BOB), state: { ...lost, cause: { noMedia: true } } }, false);
    await the.clock.advance(10_000);
    assert.deepEqual(
      the.kept.map(({ callSid }) => callSid),
      [ALICE, BOB],
    );
    await the.traces.close();
  });

  it('are kept when Legwork stops, also those of calls that are not over', async () => {
    const the = new Traced('all');
    the.heard('one', 'INVITE sip:1000@a SIP/2.0');
    the.traces.leg({ leg: leg(ALICE, { channelId: 'c' }), state: RINGING }, false);
    the.traces.channel('c', 'one');
    await the.traces.close();
    assert.deepEqual(the.kept.map(lines), [['← INVITE sip:1000@a SIP/2.0']]);
    the.heard('one', 'CANCEL sip:1000@a SIP/2.0', { cseq: '1 CANCEL' });
    assert.equal(the.inMemory(ALICE).length, 1);
  });

  it('keep the beginning and the end of a long one, and say how many were left out', () => {
    const the = new Traced('all');
    the.traces.leg({ leg: leg(ALICE), state: ended('completed', 'one') }, false);
    for (let number = 1; number <= 250; number += 1) the.heard('one', `INVITE sip:${number}@a SIP/2.0`);
    const [trace] = the.traces.of([ALICE]);
    assert.equal(trace?.omitted, 50);
    assert.deepEqual(
      [0, 99, 100, 199].map((index) => trace?.messages[index]?.text.split(' ')[1]),
      ['sip:1@a', 'sip:100@a', 'sip:151@a', 'sip:250@a'],
    );
  });

  it('of strangers push out only what belongs to nobody, and are forgotten after a minute', async () => {
    const the = new Traced('all', { unmatchedBytes: 5_000, matchedBytes: 5_000 });
    the.heard('one', 'INVITE sip:1000@a SIP/2.0');
    the.traces.leg({ leg: leg(ALICE, { channelId: 'c' }), state: RINGING }, false);
    the.traces.channel('c', 'one');
    for (let number = 0; number < 1000; number += 1) the.heard(`flood-${number}`, 'INVITE sip:1@a SIP/2.0');
    assert.equal(the.inMemory(ALICE).length, 1);
    the.traces.leg({ leg: leg(BOB), state: ended('failed', 'flood-999') }, false);
    assert.equal(the.inMemory(BOB).length, 1);
    await the.clock.advance(62_000);
    the.traces.leg({ leg: leg(`CA${'d'.repeat(32)}`), state: ended('failed', 'flood-998') }, false);
    assert.deepEqual(the.inMemory(`CA${'d'.repeat(32)}`), []);
    await the.traces.close();
  });

  it('that take too much memory are kept early and let go', async () => {
    const the = new Traced('all', { unmatchedBytes: 5_000, matchedBytes: 2_000 });
    for (const [index, sid] of [ALICE, BOB].entries()) {
      the.traces.leg({ leg: leg(sid, { channelId: `c${index}` }), state: RINGING }, false);
      the.traces.channel(`c${index}`, `call-${index}`);
      for (let number = 0; number < 5; number += 1)
        the.heard(`call-${index}`, `INVITE sip:${number}@a SIP/2.0`);
    }
    assert.deepEqual(
      the.kept.map(({ callSid }) => callSid),
      [ALICE],
    );
    assert.deepEqual(the.inMemory(ALICE), []);
    await the.traces.close();
  });
});
