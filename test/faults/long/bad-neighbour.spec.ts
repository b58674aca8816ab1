import assert from 'node:assert/strict';
import type { Phone } from '../../../src/phone/phone.ts';
import { LegworkProcess } from '../../support/legwork-process.ts';
import { NameServer } from '../../support/name-server.ts';
import { BEHAVIOURS } from '../../support/neighbours/behaviours.ts';
import { Pressure } from '../../support/neighbours/pressure.ts';
import { allRtpPortSettings } from '../../support/own-ports.ts';
import { DEAD_ZONE } from '../../support/neighbours/slow-servers.ts';
import { Tenant } from '../../support/neighbours/tenant.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { wavOf } from '../../support/wav.ts';

const NUMBERS = Array.from({ length: 10 }, (_, index) => String(1000 + index));
const LATEST_MS = 20_000;
/** How many calls, or requests, the neighbour has at the same time. */
const CALLS = 40;

// bench/bad-neighbour.ts measures how much longer it takes.
describe('An account whose neighbour behaves badly', function () {
  this.timeout(180_000);
  let nameServer: NameServer;
  let legwork: LegworkProcess;
  let good: Tenant;
  let alice: Phone;

  before(async () => {
    nameServer = await NameServer.start();
    // A call that is refused has RTP ports, too, until Asterisk has taken it down.
    legwork = await LegworkProcess.prepare({ MAX_CALLS: '100', ...(await allRtpPortSettings()) });
    await legwork.useNameServer(nameServer.address);
    await legwork.start();
    good = await Tenant.moveIn(legwork.connection, 'good', '127.0.0.1');
    good.app.reply('/voice', '<Response><Play>/sound</Play><Hangup/></Response>');
    good.app.reply('/sound', { headers: { 'content-type': 'audio/wav' }, body: wavOf(440, 0.3) });
    good.app.reply('/number', { status: 204 });
    good.app.reply('/hang', good.hold);
    for (const number of NUMBERS) await good.number(number, '/voice');
    alice = await good.phone('alice');
  });

  after(async () => {
    await good.moveOut();
    await legwork.remove();
    await nameServer.stop();
  });

  for (const behaviour of BEHAVIOURS) {
    it(`has its documents, sounds and callbacks, in order and once, beside ${behaviour.title}`, async () => {
      nameServer.set(DEAD_ZONE, 'silent');
      good.release(false);
      const bad = await Tenant.moveIn(legwork.connection, 'bad', '127.0.0.66');
      const pressure = new Pressure({
        tenant: bad,
        calls: CALLS,
        sharedOrigin: good.app.origin,
        dataDir: legwork.dataDir,
      });
      try {
        await behaviour.begin(pressure);
        const before = good.app.requests.length;
        assert.deepEqual(
          await Promise.all(NUMBERS.map(aliceHears)),
          NUMBERS.map(() => 'bye'),
        );
        const told = (number: string) =>
          good.app.requests
            .slice(before)
            .filter(({ path, params }) => path === '/number' && params['To'] === number)
            .map(({ params }) => params['CallStatus']);
        const areOver = () => NUMBERS.every((number) => told(number).includes('completed'));
        await waitUntil('every call is told to be over', areOver, LATEST_MS);
        for (const number of NUMBERS) {
          assert.deepEqual(told(number), ['ringing', 'in-progress', 'completed'], number);
        }
      } finally {
        nameServer.set(DEAD_ZONE, { addresses: ['127.0.0.1'] });
        good.release();
        await pressure.end();
        await bad.moveOut();
      }
    });
  }

  async function aliceHears(number: string): Promise<string> {
    const call = await alice.call(number);
    call.audio.stopSending();
    // A call that is refused fails with its status, not because nothing was heard.
    await Promise.all([call.answered, call.audio.heardSound({ forMs: 20, withinMs: LATEST_MS })]);
    return (await call.ended).how;
  }
});
