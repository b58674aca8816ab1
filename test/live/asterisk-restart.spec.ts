import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BundledAsterisk,
  type BundledAsteriskOptions,
  startBundledAsterisk,
} from '../../src/bundled-asterisk/bundled-asterisk.ts';
import { AsteriskCallControl } from '../../src/asterisk/call-control.ts';
import type { AriConnection } from '../../src/asterisk/ari/connection.ts';
import { SipAccounts } from '../../src/asterisk/sip-accounts/sip-accounts.ts';
import { systemClock } from '../../src/clock.ts';
import { defaultCacheFolder } from '../../src/config.ts';
import { Phone } from '../../src/phone/phone.ts';
import { ariOf, ha1Of, LIVE_APP } from '../support/live-asterisk.ts';
import { ownAsteriskPorts } from '../support/own-ports.ts';
import { RecordedLegs } from '../support/recorded-legs.ts';
import { waitUntil } from '../support/wait-until.ts';

const quiet = { debug() {}, info() {}, warn() {}, error: console.error };

describe('When Asterisk dies and comes back', () => {
  let options: BundledAsteriskOptions;
  let asterisk: BundledAsterisk;
  let ari: AriConnection;
  let thief: AriConnection | undefined;
  let control: AsteriskCallControl;
  let accounts: SipAccounts;
  const legs = new RecordedLegs();
  const phones: Phone[] = [];

  before(async function beforeAll() {
    this.timeout(120_000);
    const dataDir = await mkdtemp(join(tmpdir(), 'legwork-restart-'));
    options = {
      dataDir,
      ...(await ownAsteriskPorts(dataDir)),
      ariApp: LIVE_APP,
      maxCalls: 20,
      cacheFolder: defaultCacheFolder(),
      clock: systemClock,
      progress: (line) => console.log(line),
    };
    asterisk = await startBundledAsterisk(options);
    ari = ariOf(asterisk);
    accounts = new SipAccounts(ari, { log: quiet, clock: systemClock, mediaAddress: '127.0.0.1' });
    control = new AsteriskCallControl({
      ari,
      clock: systemClock,
      log: quiet,
      legs,
      inbound: (call) => legs.inbound(call),
    });
    await ari.connect();
    await pushAccounts();
  });

  after(async () => {
    for (const phone of phones) await phone.stop({ abruptly: true });
    control.close();
    thief?.close();
    ari.close();
    await asterisk.stop();
    await rm(options.dataDir, { recursive: true });
  });

  const pushAccounts = () =>
    accounts.syncAll(() =>
      Promise.resolve({
        clients: ['alice', 'bob'].map((login) => ({ login, ha1: ha1Of(login, `${login}-secret`) })),
        trunks: [],
      }),
    );

  async function registered(name: string): Promise<Phone> {
    const phone = await Phone.start({ name, password: `${name}-secret`, server: asterisk.sip });
    phones.push(phone);
    await phone.register();
    return phone;
  }

  it('its legs are lost, and the next calls work', async () => {
    const [alice, bob] = [await registered('alice'), await registered('bob')];
    const call = await alice.call('1');
    await legs.acceptAndAnswer(control, 'CAone');
    await call.answered;
    control.place({
      callSid: 'CAtwo',
      target: { kind: 'client', login: 'bob' },
      from: 'alice',
      headers: [],
      timeoutS: 60,
    });
    (await bob.incoming()).ring();
    await legs.until('CAtwo', 'ring');
    const ups: boolean[] = [];
    ari.onUp(({ restarted }) => void ups.push(restarted));

    process.kill(asterisk.pid, 'SIGKILL');
    await waitUntil('down', () => ari.state() === 'down');
    // A request meanwhile ends at once instead of hanging.
    await assert.rejects(ari.run('channels', 'list'), { name: 'AriError', code: 'unavailable' });
    asterisk = await startBundledAsterisk(options);
    await waitUntil('up again', () => ups.length === 1, 60_000);
    assert.deepEqual(ups, [true]);

    await legs.until('CAone', 'lost');
    await legs.until('CAtwo', 'lost');
    assert.deepEqual(
      [legs.inputs('CAone').at(-1), legs.inputs('CAtwo').at(-1)],
      [
        { type: 'lost', why: 'Asterisk restarted' },
        { type: 'lost', why: 'Asterisk restarted' },
      ],
    );

    // Asterisk writes its own database a second late: what was pushed just before it died is pushed again.
    await pushAccounts();
    const carla = await registered('alice');
    const next = await carla.call('2');
    await legs.nextOffer().then(({ channelId }) => control.accept(channelId, 'CAthree'));
    await control.answer('CAthree');
    await next.answered;
    await next.hangUp();
    await legs.until('CAthree', 'end');
  }).timeout(60_000);

  it('an end that nobody told, because the events were cut, is noticed', async () => {
    const alice = await registered('alice');
    const call = await alice.call('3');
    await legs.acceptAndAnswer(control, 'CAfour');
    await call.answered;
    // Another process with the same application takes the event stream over, and goes.
    thief = ariOf(asterisk);
    await thief.connect();
    await waitUntil('down', () => ari.state() === 'down');
    await call.hangUp();
    thief.close();
    await waitUntil('up again', () => ari.state() === 'up', 60_000);
    await legs.until('CAfour', 'lost');
    assert.deepEqual(legs.inputs('CAfour').at(-1), {
      type: 'lost',
      why: 'ended while Asterisk was out of reach',
    });
    assert.equal(legs.types('CAfour').length, 2);
  }).timeout(30_000);
});
