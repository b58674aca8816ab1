import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AsteriskCallControl } from '../../src/asterisk/call-control.ts';
import type { AriConnection } from '../../src/asterisk/ari/connection.ts';
import { SipAccounts } from '../../src/asterisk/sip-accounts/sip-accounts.ts';
import { reconcile } from '../../src/asterisk/reconcile.ts';
import { makeAsteriskFolder } from '../../src/bundled-asterisk/asterisk-folder.ts';
import { sweepSoundCache } from '../../src/bundled-asterisk/sound-cache.ts';
import { isSipAlive } from '../../src/bundled-asterisk/sip-health.ts';
import type { BundledAsterisk } from '../../src/bundled-asterisk/bundled-asterisk.ts';
import type { HangUpReason, PlaceOrder } from '../../src/call/call-control.ts';
import { outcomeOf } from '../../src/call/leg/outcome.ts';
import { systemClock } from '../../src/clock.ts';
import { type IncomingCall, type OutgoingCall, Phone, type PhoneOptions } from '../../src/phone/phone.ts';
import { type ControlWorld, keepsToTheContract } from '../support/call-control-contract.ts';
import { lasting } from '../support/lasting.ts';
import { ariOf, ha1Of, liveAsterisk, liveDataDir, waitUntilEmpty } from '../support/live-asterisk.ts';
import { RecordedLegs } from '../support/recorded-legs.ts';
import { SoundServer } from '../support/sound-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const TRUNK = `TK${'0123456789abcdef'.repeat(2)}`;
const PBX_HOST = '127.0.0.77';
const NEVER = new AbortController().signal;
const quiet = { debug() {}, info() {}, warn: console.warn, error: console.error };

describe('Call control on a real Asterisk', () => {
  let asterisk: BundledAsterisk;
  let ari: AriConnection;
  let control: AsteriskCallControl;
  let accounts: SipAccounts;
  let legs: RecordedLegs;
  const sounds = new SoundServer();
  const phones: Phone[] = [];

  async function phone(name: string, options: Partial<PhoneOptions> = {}): Promise<Phone> {
    const made = await Phone.start({ name, password: `${name}-secret`, server: asterisk.sip, ...options });
    phones.push(made);
    return made;
  }

  async function registered(name: string): Promise<Phone> {
    const made = await phone(name);
    await made.register();
    return made;
  }

  function order(callSid: string, target: PlaceOrder['target'], more: Partial<PlaceOrder> = {}): PlaceOrder {
    return { callSid, target, from: 'alice', headers: [], timeoutS: 20, ...more };
  }

  const bob = { kind: 'client', login: 'bob' } as const;

  before(async function beforeAll() {
    this.timeout(120_000);
    asterisk = await liveAsterisk();
    await sounds.start();
    ari = ariOf(asterisk);
    accounts = new SipAccounts(ari, { log: quiet, clock: systemClock, mediaAddress: asterisk.sip.host });
    await ari.connect();
  });

  beforeEach(async () => {
    legs = new RecordedLegs();
    control = new AsteriskCallControl({
      ari,
      clock: systemClock,
      log: quiet,
      legs,
      inbound: (call) => legs.inbound(call),
    });
    await accounts.syncAll(() =>
      Promise.resolve({
        clients: ['alice', 'bob', 'carol'].map((login) => ({ login, ha1: ha1Of(login, `${login}-secret`) })),
        trunks: [],
      }),
    );
  });

  afterEach(async () => {
    for (const one of phones.splice(0)) await one.stop();
    await waitUntilEmpty(ari);
    control.close();
  });

  after(async () => {
    ari.close();
    await sounds.stop();
  });

  describe('keeps to the contract that its fake keeps too: it', () => {
    let world: ControlWorld;

    beforeEach(() => {
      const calls = new Map<string, OutgoingCall | IncomingCall>();
      world = {
        control,
        legs,
        sound: `${sounds.url}/700.wav`,
        async callComesIn(callSid) {
          const alice = await registered('alice');
          calls.set(callSid, await alice.call('1234'));
          control.accept((await legs.nextOffer()).channelId, callSid);
        },
        async placeCall(callSid, callee) {
          if (callee === undefined) return control.place(order(callSid, { kind: 'client', login: 'nobody' }));
          const phoneOfBob = await registered('bob');
          control.place(order(callSid, bob));
          const call = await phoneOfBob.incoming();
          calls.set(callSid, call);
          call.ring();
          await legs.until(callSid, 'ring');
          if (callee === 'answer') await call.answer();
          if (callee === 'be busy') call.reject(486, 'Busy Here');
        },
        otherSideHangsUp: async (callSid) => calls.get(callSid)?.hangUp(),
        passes: (work) => work,
        until: (callSid, type) => legs.until(callSid, type),
      };
    });

    keepsToTheContract(() => world);
  });

  describe('a call that comes in', () => {
    it('is offered with its number, its caller and its headers', async () => {
      const alice = await registered('alice');
      const call = await alice.call('+15551234', {
        displayName: 'Alice A.',
        headers: { 'X-Ticket': 'a, b', 'X-Other': '2', Diversion: '<sip:+4930123@pbx.example>' },
      });
      const offer = await legs.nextOffer();
      assert.deepEqual(
        { ...offer, channelId: '' },
        {
          channelId: '',
          source: { kind: 'client', login: 'alice' },
          dialled: '+15551234',
          from: 'alice',
          callerName: 'Alice A.',
          forwardedFrom: '+4930123',
          sipHeaders: [
            ['X-Ticket', 'a, b'],
            ['X-Other', '2'],
            ['Diversion', '<sip:+4930123@pbx.example>'],
          ],
        },
      );
      await control.refuse(offer.channelId, 'not-found');
      assert.equal((await call.ended).status, 404);
    });

    it('rings, is answered, and is hung up by us', async () => {
      const alice = await registered('alice');
      const call = await alice.call('1234');
      const offer = await legs.nextOffer();
      control.accept(offer.channelId, 'CAin');
      await control.startRinging('CAin');
      assert.equal(await call.ringing, 180);
      await control.answer('CAin');
      await call.answered;
      await legs.until('CAin', 'answer');
      await control.hangUp('CAin', 'normal');
      assert.deepEqual(await call.ended, { by: 'them', how: 'bye', reason: 'Q.850;cause=16' });
      await legs.until('CAin', 'end');
      assert.deepEqual(legs.inputs('CAin'), [
        { type: 'answer', sipCallId: call.callId },
        { type: 'end', q850: 16, why: 'Normal Clearing', sipCallId: call.callId },
      ]);
    });

    it('ends when its caller hangs up', async () => {
      const alice = await registered('alice');
      const call = await alice.call('1234');
      await legs.acceptAndAnswer(control, 'CAin');
      await call.answered;
      await call.hangUp();
      await legs.until('CAin', 'end');
      assert.deepEqual(legs.types('CAin'), ['answer', 'end']);
    });

    it('ends when its caller gives up while it rings', async () => {
      const alice = await registered('alice');
      const call = await alice.call('1234');
      control.accept((await legs.nextOffer()).channelId, 'CAin');
      await control.startRinging('CAin');
      await call.ringing;
      await call.hangUp();
      await legs.until('CAin', 'end');
      assert.deepEqual(legs.types('CAin'), ['end']);
    });

    it('whose caller gave up before the decision becomes a leg that has ended', async () => {
      const alice = await registered('alice');
      const call = await alice.call('1234');
      const { channelId } = await legs.nextOffer();
      await call.hangUp();
      await waitUntilEmpty(ari);
      control.accept(channelId, 'CAin');
      await legs.until('CAin', 'end');
      assert.deepEqual(legs.types('CAin'), ['end']);
    });

    for (const [reason, status] of [
      ['normal', 603],
      ['busy', 486],
      ['no-answer', 480],
      ['not-found', 404],
      ['error', 500],
      ['overload', 503],
      ['forbidden', 403],
    ] as const satisfies readonly (readonly [HangUpReason, number])[]) {
      it(`hears ${status} when it is ended with "${reason}"`, async () => {
        const alice = await registered('alice');
        const call = await alice.call('1234');
        control.accept((await legs.nextOffer()).channelId, 'CAin');
        await control.hangUp('CAin', reason);
        assert.equal((await call.ended).status, status);
        await legs.until('CAin', 'end');
      });
    }

    it('hears the ringing tone after the answer, until it stops', async () => {
      const alice = await registered('alice');
      const call = await alice.call('1234');
      await legs.acceptAndAnswer(control, 'CAin');
      await call.answered;
      await control.startRinging('CAin');
      call.audio.mark();
      await call.audio.heardTone(440, { forMs: 600 });
      await control.stopRinging('CAin');
      const silent = await play(call, 'CAin', 1000);
      assert.equal(silent.outcome, 'finished');
      assert.ok(call.audio.toneMs(440) < 200, `${call.audio.toneMs(440)} ms of ringing after the stop`);
    });

    it('hears the ringing tone even when its phone sends no sound', async () => {
      const alice = await registered('alice');
      const call = await alice.call('1234');
      call.audio.stopSending();
      await legs.acceptAndAnswer(control, 'CAin');
      await control.startRinging('CAin');
      await call.audio.heardTone(440, { forMs: 600 });
    });

    it('sends digits, each once', async () => {
      const alice = await registered('alice');
      const call = await alice.call('1234');
      await legs.acceptAndAnswer(control, 'CAin');
      await call.answered;
      await call.sendDigits('12#');
      await call.sendInfoDigit('5');
      await waitUntil('four digits', () => legs.digits.length >= 4);
      assert.deepEqual(legs.digits, [
        ['CAin', '1'],
        ['CAin', '2'],
        ['CAin', '#'],
        ['CAin', '5'],
      ]);
    });

    it('ends by the limit inside Asterisk', async () => {
      const alice = await registered('alice');
      const call = await alice.call('1234');
      await legs.acceptAndAnswer(control, 'CAin');
      await call.answered;
      await control.setTimeLimit('CAin', 1);
      assert.equal((await call.ended).how, 'bye');
      await legs.until('CAin', 'end');
    });
  });

  async function play(
    call: { audio: { mark(): void; toneMs(hz: number): number } },
    callSid: string,
    hz: number,
  ) {
    call.audio.mark();
    const outcome = await control.play(callSid, `${sounds.url}/${hz}.wav`, NEVER);
    return { outcome, heardMs: call.audio.toneMs(hz) };
  }

  describe('a sound', () => {
    it('is played to its end, also a second time', async () => {
      const alice = await registered('alice');
      const call = await alice.call('1234');
      await legs.acceptAndAnswer(control, 'CAin');
      await call.answered;
      for (let turn = 0; turn < 2; turn += 1) {
        const { outcome, heardMs } = await play(call, 'CAin', 600);
        assert.equal(outcome, 'finished');
        assert.ok(heardMs >= 900 && heardMs <= 1020, `${heardMs} ms heard`);
      }
    });

    it('that was fetched is copied; the copies go when they are too many, and it is fetched again', async () => {
      const { stateDir, runDir } = await makeAsteriskFolder(await liveDataDir());
      const cacheDir = join(stateDir, 'cache');
      const copies = async () => (await readdir(cacheDir)).length;
      const alice = await registered('alice');
      const call = await alice.call('1234');
      await legs.acceptAndAnswer(control, 'CAin');
      await call.answered;
      const sweep = (limitBytes?: number) =>
        sweepSoundCache({
          runDir,
          cacheDir,
          clock: systemClock,
          isServed: () => true,
          ...(limitBytes === undefined ? {} : { limitBytes }),
        });
      for (let turn = 0; turn < 2; turn += 1) {
        for (const hz of [500, 700]) assert.equal((await play(call, 'CAin', hz)).outcome, 'finished');
        assert.ok((await copies()) >= 2);
        assert.equal(await sweep(), 0);
        assert.ok((await sweep(0)) >= 2);
        assert.equal(await copies(), 0);
      }
    });

    it('fails, stops, or goes with its leg', async () => {
      const alice = await registered('alice');
      const call = await alice.call('1234');
      await legs.acceptAndAnswer(control, 'CAin');
      await call.answered;
      assert.equal(await control.play('CAin', `${sounds.url}/missing`, NEVER), 'failed');
      assert.equal(await control.play('CAin', `${sounds.url}/6,7.wav`, NEVER), 'failed');
      assert.equal(await control.play('CAin', 'file:///etc/passwd', NEVER), 'failed');
      const stop = new AbortController();
      const stopped = control.play('CAin', `${sounds.url}/700.wav`, stop.signal);
      await call.audio.heardTone(700);
      stop.abort();
      assert.equal(await stopped, 'stopped');
      const gone = control.play('CAin', `${sounds.url}/800.wav`, NEVER);
      await call.audio.heardTone(800);
      await call.hangUp();
      assert.equal(await gone, 'gone');
      await legs.until('CAin', 'end');
      assert.equal(await control.play('CAin', `${sounds.url}/900.wav`, NEVER), 'gone');
    });
  });

  describe('a call to a client', () => {
    it('shows who calls, rings, is answered, and is hung up by the callee', async () => {
      const callee = await registered('bob');
      control.place(
        order('CAout', bob, {
          from: '+15550100',
          callerName: 'Ann "A", B',
          headers: [['X-Foo', 'bar, baz; q']],
        }),
      );
      const call = await callee.incoming();
      assert.deepEqual(
        { from: call.fromUser, name: call.fromDisplay, header: call.header('X-Foo') },
        { from: '+15550100', name: 'Ann "A", B', header: 'bar, baz; q' },
      );
      call.ring();
      await legs.until('CAout', 'ring');
      await call.answer();
      await legs.until('CAout', 'answer');
      await call.hangUp();
      await legs.until('CAout', 'end');
      assert.deepEqual(legs.inputs('CAout'), [
        { type: 'ring' },
        { type: 'answer', sipCallId: call.callId },
        { type: 'end', q850: 16, why: 'Normal Clearing', sipCallId: call.callId },
      ]);
    });

    for (const [status, reason, outcome] of [
      [486, 'Busy Here', 'busy'],
      [600, 'Busy Everywhere', 'busy'],
      [603, 'Decline', 'busy'],
      [480, 'Temporarily Unavailable', 'no-answer'],
      [404, 'Not Found', 'failed'],
      [403, 'Forbidden', 'failed'],
      [488, 'Not Acceptable Here', 'failed'],
      [500, 'Server Internal Error', 'failed'],
      [503, 'Service Unavailable', 'failed'],
    ] as const) {
      it(`ends ${outcome} with the SIP status when the callee says ${status}`, async () => {
        const callee = await registered('bob');
        control.place(order('CAout', bob));
        (await callee.incoming()).reject(status, reason);
        const end = await legs.until('CAout', 'end');
        assert.ok(end.type === 'end');
        assert.deepEqual([end.sipStatus, outcomeOf(end, false)], [status, outcome]);
      });
    }

    it('is canceled by us while it rings', async () => {
      const callee = await registered('bob');
      control.place(order('CAout', bob));
      const call = await callee.incoming();
      call.ring();
      await legs.until('CAout', 'ring');
      await control.hangUp('CAout', 'normal');
      await call.canceled;
      await legs.until('CAout', 'end');
    });

    for (const afterMs of [0, 2, 5, 10, 20]) {
      it(`leaves nothing when it is canceled ${afterMs} ms after it was placed`, async () => {
        await registered('bob');
        await lasting(afterMs, async () => control.place(order('CAout', bob)));
        await control.hangUp('CAout', 'normal');
        await legs.until('CAout', 'end');
      });
    }

    it('gets no answer within the time limit', async () => {
      const callee = await registered('bob');
      control.place(order('CAout', bob, { timeoutS: 1 }));
      const call = await callee.incoming();
      call.ring();
      const end = await legs.until('CAout', 'end');
      assert.ok(end.type === 'end');
      assert.deepEqual([end.sipStatus, outcomeOf(end, true)], [480, 'no-answer']);
      assert.equal((await call.ended).how, 'cancel');
    });

    for (const [who, login] of [
      ['is not registered', 'carol'],
      ['does not exist', 'nobody'],
      ['has a name that cannot be dialled', 'a/b&c'],
    ] as const) {
      it(`fails when the client ${who}`, async () => {
        control.place(order('CAout', { kind: 'client', login }));
        const end = await legs.until('CAout', 'end');
        assert.deepEqual(end, { type: 'end', q850: 20, why: 'not registered' });
        assert.equal(outcomeOf({ q850: 20 }, false), 'failed');
      });
    }

    describe('with several phones', () => {
      it('rings all of them, and the first answer wins', async () => {
        const [first, second, third] = [
          await registered('bob'),
          await registered('bob'),
          await registered('bob'),
        ];
        control.place(order('CAout', bob));
        const calls = await Promise.all([first.incoming(), second.incoming(), third.incoming()]);
        for (const call of calls) call.ring();
        await legs.until('CAout', 'ring');
        await calls[1]?.answer();
        await legs.until('CAout', 'answer');
        for (const index of [0, 2]) {
          assert.deepEqual(await calls[index]?.ended, {
            by: 'them',
            how: 'cancel',
            status: 487,
            reason: 'SIP;cause=200;text="Call completed elsewhere",Q.850;cause=26',
          });
        }
        await control.hangUp('CAout', 'normal');
        await legs.until('CAout', 'end');
        assert.deepEqual(legs.types('CAout'), ['ring', 'answer', 'end']);
      });

      it('keeps one of two that answer at the same moment, and ends the other', async () => {
        const [first, second] = [await registered('bob'), await registered('bob')];
        control.place(order('CAout', bob));
        const calls = await Promise.all([first.incoming(), second.incoming()]);
        await Promise.all(calls.map((call) => call.answer()));
        await legs.until('CAout', 'answer');
        await waitUntil('one is over', () => calls.filter((call) => call.isOver).length === 1);
        const winner = calls.find((call) => !call.isOver);
        assert.deepEqual(legs.inputs('CAout'), [{ type: 'answer', sipCallId: winner?.callId }]);
        await control.hangUp('CAout', 'normal');
        await legs.until('CAout', 'end');
      });

      it('is busy when one is busy and the other does not answer', async () => {
        const [first, second] = [await registered('bob'), await registered('bob')];
        control.place(order('CAout', bob, { timeoutS: 1 }));
        (await second.incoming()).ring();
        (await first.incoming()).reject(486, 'Busy Here');
        const end = await legs.until('CAout', 'end');
        assert.equal(end.type === 'end' && end.sipStatus, 486);
      });

      it('is over for all when one declines', async () => {
        const [first, second] = [await registered('bob'), await registered('bob')];
        control.place(order('CAout', bob));
        const other = await second.incoming();
        other.ring();
        (await first.incoming()).reject(603, 'Decline');
        assert.equal((await other.ended).how, 'cancel');
        const end = await legs.until('CAout', 'end');
        assert.equal(end.type === 'end' && end.sipStatus, 603);
      });
    });
  });

  describe('a call to a SIP URI or a trunk', () => {
    it('reaches any phone', async () => {
      const callee = await phone('somebody');
      control.place(order('CAout', { kind: 'sip', uri: callee.uri }));
      const call = await callee.incoming();
      await call.answer();
      await legs.until('CAout', 'answer');
      await control.hangUp('CAout', 'normal');
      await legs.until('CAout', 'end');
    });

    const noHost = 'the address has no host name or IP address after its @';
    for (const [uri, why] of [
      ['sip:a@127.0.0.1\r\nX: y', noHost],
      ['sip:a@127.0.0.1&PJSIP/bob', noHost],
      ['sip:a@h/../x', noHost],
      ['tel:1', 'the address names nobody: it must be sip:user@host'],
      [
        'sip:"a"@h',
        'the address has a user part that no SIP address can have; other characters are written as % and two hex digits',
      ],
    ] as const) {
      it(`does not dial ${JSON.stringify(uri)}`, async () => {
        control.place(order('CAout', { kind: 'sip', uri }));
        assert.deepEqual(await legs.until('CAout', 'end'), {
          type: 'end',
          why,
        });
      });
    }

    it('goes out by a trunk and comes in from it', async () => {
      const pbx = await phone('pbx', { localHost: PBX_HOST });
      const { host, port } = pbx.address;
      await accounts.trunkChanged({ sid: TRUNK, host, port, allowedAddresses: [] });
      control.place(
        order('CAout', { kind: 'trunk', trunkSid: TRUNK, number: '+49301' }, { from: '+15550100' }),
      );
      const out = await pbx.incoming();
      assert.deepEqual([out.calledUser, out.fromUser], ['+49301', '+15550100']);
      out.reject(486, 'Busy Here');
      await legs.until('CAout', 'end');
      const back = await pbx.call('+15550100', { from: '+49302' });
      const offer = await legs.nextOffer();
      assert.deepEqual(
        [offer.source, offer.from, offer.dialled],
        [{ kind: 'trunk', trunkSid: TRUNK }, '+49302', '+15550100'],
      );
      await control.refuse(offer.channelId, 'busy');
      assert.equal((await back.ended).status, 486);
    });

    it('is refused from an address that no trunk has', async () => {
      const stranger = await phone('stranger', { localHost: '127.0.0.78', password: '' });
      const call = await stranger.call('+15550100');
      assert.equal((await call.ended).status, 401);
      assert.deepEqual(legs.offered, []);
    });
  });

  describe('two legs', () => {
    async function talking() {
      const [alice, callee] = [await registered('alice'), await registered('bob')];
      const first = await alice.call('1234');
      await legs.acceptAndAnswer(control, 'CAone');
      await first.answered;
      control.place(order('CAtwo', bob));
      const second = await callee.incoming();
      await second.answer();
      await legs.until('CAtwo', 'answer');
      first.audio.sendTone(700);
      second.audio.sendTone(900);
      return { first, second };
    }

    it('hear each other while they are connected, and not after', async () => {
      const { first, second } = await talking();
      const bridge = await control.connect('CAone', 'CAtwo');
      await Promise.all([
        first.audio.heardTone(900, { forMs: 500 }),
        second.audio.heardTone(700, { forMs: 500 }),
      ]);
      await bridge?.disconnect();
      const { outcome } = await play(first, 'CAone', 600);
      assert.equal(outcome, 'finished');
      assert.ok(first.audio.toneMs(900) < 100, `${first.audio.toneMs(900)} ms after the disconnect`);
      await control.sendDigits('CAtwo', '12w#', NEVER);
      assert.equal(second.audio.receivedDigits(), '12#');
    });

    it('leave no bridge when one of them ends, and the other stays', async () => {
      const { first, second } = await talking();
      const bridge = await control.connect('CAone', 'CAtwo');
      await second.hangUp();
      await legs.until('CAtwo', 'end');
      await waitUntil(
        'no bridge',
        async () => ((await ari.run('bridges', 'list')) as unknown[]).length === 0,
      );
      assert.equal((await play(first, 'CAone', 600)).outcome, 'finished');
      await bridge?.disconnect();
      assert.equal(await control.connect('CAone', 'CAtwo'), undefined);
    });
  });

  describe('clients', () => {
    it('register at once, and are refused at once when removed', async () => {
      await accounts.clientChanged({ login: 'dave', ha1: ha1Of('dave', 'dave-secret'), status: 'enabled' });
      const [dave, wrong] = [await phone('dave'), await phone('dave', { password: 'wrong' })];
      await dave.register();
      await assert.rejects(wrong.register(), { status: 401 });
      assert.deepEqual(await accounts.clientStatus('dave'), { registered: true, contacts: [dave.uri] });
      await accounts.clientChanged({ login: 'dave', ha1: ha1Of('dave', 'another'), status: 'enabled' });
      await assert.rejects(dave.register(), { status: 401 });
      await accounts.clientRemoved('dave');
      await assert.rejects(dave.register(), { status: 401 });
      assert.deepEqual(await accounts.clientStatus('dave'), { registered: false, contacts: [] });
    });
  });

  it('finds what a dead process left behind', async () => {
    const alice = await registered('alice');
    const stray = await alice.call('1');
    await legs.acceptAndAnswer(control, 'CAstray');
    const kept = await alice.call('2');
    const { channelId } = await legs.acceptAndAnswer(control, 'CAkept');
    await Promise.all([stray.answered, kept.answered]);
    const found = await reconcile({
      ari,
      clock: systemClock,
      live: [{ callSid: 'CAkept', channelId }, { callSid: 'CAgone' }],
      isDriven: () => false,
    });
    assert.deepEqual(found, { lost: ['CAgone'], hungUp: 1, destroyedBridges: 0 });
    await stray.ended;
    await control.hangUp('CAkept', 'normal');
    await kept.ended;
  });

  it('knows whether SIP lives', async () => {
    assert.equal(await isSipAlive(asterisk.sip, systemClock), true);
    assert.equal(await isSipAlive({ host: '127.0.0.1', port: 9 }, systemClock), false);
  });
});
