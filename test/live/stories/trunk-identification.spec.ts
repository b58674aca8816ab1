import assert from 'node:assert/strict';
import type { Phone } from '../../../src/phone/phone.ts';
import { SipFailure } from '../../../src/phone/phone.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import { makeAccount } from '../../support/story-account.ts';
import { makeCarrier } from '../../support/story-carrier.ts';
import { makeTrunk } from '../../support/story-trunk.ts';
import { waitUntil } from '../../support/wait-until.ts';

const BOB = '+15550100';
/** The number of who calls through the carrier. */
const CALLER = '4930777';
const PASSWORD = 'correct-horse';

/** A number of ours whose document is busy at once. */
async function busyNumber(story: LiveStory): Promise<void> {
  story.app.reply('/voice', '<Response><Reject reason="busy"/></Response>');
  story.app.reply('/number', { status: 204 });
  await story.number(BOB);
}

async function statusOf(
  phone: Phone,
  callee: string,
  from: string,
  to?: string,
): Promise<number | undefined> {
  const call = await phone.call(callee, { from, ...(to === undefined ? {} : { to }) });
  return (await call.ended).status;
}

stories("A carrier's call", (story) => {
  const cameBy = async () => (await story().calls()).map(({ from, trunk_sid }) => [from, trunk_sid]);

  it("is the trunk's also when a client of the account has the caller's number for its login", async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    const sid = await makeTrunk(story(), carrier);
    await busyNumber(story());
    await story().client(CALLER);
    assert.equal(await statusOf(carrier, BOB, CALLER), 486);
    await story().quiet();
    assert.deepEqual(await cameBy(), [[CALLER, sid]]);
  });

  it("is the trunk's also when another account's client has the caller's number for its login", async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    const sid = await makeTrunk(story(), carrier);
    await busyNumber(story());
    const neighbour = await makeAccount(story());
    const client = await neighbour.rest('POST', '/Clients.json', { Login: CALLER, Password: PASSWORD });
    assert.equal(client.status, 201, JSON.stringify(client.json));
    story().onEnd(() => neighbour.rest('DELETE', `/Clients/${String(client.json['sid'])}.json`));
    assert.equal(await statusOf(carrier, BOB, CALLER), 486);
    await story().quiet();
    assert.deepEqual(await cameBy(), [[CALLER, sid]]);
  });

  it("is the trunk's also when it comes to the contact that we registered, from whatever address", async () => {
    const us = { username: 'acme', password: 'secret' };
    const { phone, registers } = await makeCarrier(story(), us);
    const fields = { Username: us.username, Password: us.password, Register: 'true' };
    const sid = await makeTrunk(story(), phone, fields);
    await waitUntil('we are registered', () => registers.length > 0);
    await busyNumber(story());
    await story().client(CALLER);
    const gateway = await story().peer('gateway', '127.0.0.9');
    const status = await statusOf(gateway, registers[0]?.contact ?? '', CALLER, `sip:${BOB}@carrier.example`);
    assert.equal(status, 486);
    await story().quiet();
    assert.deepEqual(await cameBy(), [[CALLER, sid]]);
  });

  it('is known by a port too, where AllowedAddresses names one', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    const [gateway, other] = [
      await story().peer('gateway', '127.0.0.9'),
      await story().peer('pc', '127.0.0.9'),
    ];
    const { host, port } = gateway.address;
    const sid = await makeTrunk(story(), carrier, { AllowedAddresses: `${host}:${port}` });
    await busyNumber(story());
    assert.equal(await statusOf(other, BOB, CALLER), 401);
    await waitUntil('its account is told of the other one', async () => {
      const { json } = await story().rest('GET', '/Notifications.json?ErrorCode=32201');
      return JSON.stringify(json).includes(
        `A request from ${host}:${other.address.port}, which is the address of`,
      );
    });
    assert.equal(await statusOf(gateway, BOB, CALLER), 486);
    await story().quiet();
    assert.deepEqual(await cameBy(), [[CALLER, sid]]);
  });
});

stories('A softphone behind the address of a PBX that is a trunk', (story) => {
  for (const [whose, foreign] of [
    ['its own account', false],
    ['another account', true],
  ] as const) {
    it(`registers and calls as the client that it is; the trunk is of ${whose}`, async () => {
      const pbx = await story().peer('pbx', '127.0.0.7');
      const { host, port } = pbx.address;
      const owner = foreign ? await makeAccount(story()) : story();
      const trunk = await owner.rest('POST', '/SipTrunks.json', { Host: host, Port: String(port) });
      assert.equal(trunk.status, 201, JSON.stringify(trunk.json));
      const sid = String(trunk.json['sid']);
      story().onEnd(() => owner.rest('DELETE', `/SipTrunks/${sid}.json`));
      await busyNumber(story());
      const alice = await story().phone('alice', { localHost: '127.0.0.7' });
      assert.equal(await statusOf(alice, BOB, 'alice'), 486);
      assert.equal(await statusOf(pbx, BOB, 'alice'), 486);
      await story().quiet();
      const came = (await story().calls()).map((leg) => [leg.from, leg.trunk_sid]);
      assert.deepEqual(came, [
        ['alice', null],
        ['alice', sid],
      ]);
    });
  }

  it('does not get in with a wrong password', async () => {
    const pbx = await story().peer('pbx', '127.0.0.7');
    await makeTrunk(story(), pbx);
    await story().client('alice');
    const intruder = await story().peer('alice', '127.0.0.7');
    await assert.rejects(intruder.register(), (error) => error instanceof SipFailure && error.status === 401);
  });
});

stories("A sub-account's trunk", (story) => {
  it('does not take the address at which phones of another account are: they register on', async () => {
    const alice = await story().phone('alice', { localHost: '127.0.0.65' });
    const neighbour = await makeAccount(story());
    const claim = async (AllowedAddresses: string) =>
      neighbour.rest('POST', '/SipTrunks.json', { Host: 'pbx.example', AllowedAddresses });
    await waitUntil('it is known where she is', async () => {
      const { status, json } = await claim('127.0.0.65');
      if (status === 201) await neighbour.rest('DELETE', `/SipTrunks/${String(json['sid'])}.json`);
      return status === 400;
    });
    for (const addresses of ['127.0.0.65', '127.0.0.0/24']) {
      const { json } = await claim(addresses);
      const message = `Another account has phones at ${addresses}; name the port of the trunk too`;
      assert.equal(json['message'], message);
    }
    await alice.register();
    const { status, json } = await claim('127.0.0.65:5999');
    assert.equal(status, 201, JSON.stringify(json));
    story().onEnd(() => neighbour.rest('DELETE', `/SipTrunks/${String(json['sid'])}.json`));
    await alice.register();
  });
});
