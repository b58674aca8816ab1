import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { orderCall } from '../../support/live-rest-calls.ts';
import { stories } from '../../support/live-story.ts';
import { makeAccount } from '../../support/story-account.ts';
import { makeTrunk } from '../../support/story-trunk.ts';
import { waitUntil } from '../../support/wait-until.ts';

const CALL = { From: '+15550100', Rcml: '<Response/>' };

stories("Another account's trunk", (story) => {
  it('cannot be called by its address: the leg fails, and says why', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    carrier.onIncoming((call) => call.reject(486, 'Busy Here'));
    await makeTrunk(story(), carrier, { MaxChannels: '1' });
    const neighbour = await makeAccount(story());
    const { host, port } = carrier.address;
    for (const To of [`sip:+1900@${host}:${port}`, `sip:+1900@${host}:${port + 1};transport=tcp`]) {
      const { status, json } = await neighbour.rest('POST', '/Calls.json', { ...CALL, To });
      assert.equal(status, 201, JSON.stringify(json));
      await story().quiet();
      const leg = await neighbour.rest('GET', `/Calls/${String(json['sid'])}.json`);
      assert.equal(leg.json['status'], 'failed');
      // It is written down after the leg has ended.
      const told = async () => {
        const path = `/Calls/${String(json['sid'])}/Notifications.json`;
        const { notifications } = (await neighbour.rest('GET', path)).json;
        return (notifications as { message_text: string }[]).map(({ message_text: text }) => text);
      };
      await waitUntil('it says why', async () => (await told()).length > 0);
      assert.deepEqual(await told(), [`${host} is a trunk of another account`]);
    }
    const own = await orderCall(story(), { To: `sip:+1900@${host}:${port}`, Rcml: '<Response/>' });
    await story().quiet();
    assert.equal((await story().rest('GET', `/Calls/${own}.json`)).json['status'], 'busy');
  });
});

stories('A call to a SIP address', (story) => {
  it('cannot tell which TCP ports of this machine are open', async () => {
    const server = createServer((socket) => socket.destroy());
    let connections = 0;
    server.on('connection', () => (connections += 1));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    story().onEnd(() => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const To of [
      `sip:x@127.0.0.1:${port};transport=tcp`,
      'sip:x@127.0.0.1:22;transport=tcp',
      'sip:x@127.0.0.1:22',
    ]) {
      const sid = await orderCall(story(), { To, Rcml: '<Response/>' });
      await story().quiet();
      assert.equal((await story().rest('GET', `/Calls/${sid}.json`)).json['status'], 'failed', To);
    }
    assert.equal(connections, 0);
  });

  it('by name goes to the address that was looked at, with the name in its URI and no Route', async () => {
    const erin = await story().peer('erin', '127.0.0.1');
    const { port } = erin.address;
    const sid = await orderCall(story(), { To: `sip:erin@localhost:${port}`, Rcml: '<Response/>' });
    const atErin = await erin.incoming();
    assert.deepEqual([atErin.calledUser, atErin.header('Route')], ['erin', undefined]);
    // RFC 3261 12.1.1: with it, everything after the INVITE goes to where she is.
    await atErin.answer({ headers: { Contact: `<sip:erin@127.0.0.1:${port}>` } });
    assert.equal((await atErin.ended).how, 'bye');
    await story().quiet();
    assert.equal((await story().rest('GET', `/Calls/${sid}.json`)).json['status'], 'completed');
  });

  it("by a sub-account's trunk with a name goes to the address that was looked at, too", async () => {
    const pbx = await story().peer('pbx', '127.0.0.1');
    const { port } = pbx.address;
    const neighbour = await makeAccount(story());
    const trunk = await neighbour.rest('POST', '/SipTrunks.json', { Host: 'localhost', Port: String(port) });
    assert.equal(trunk.status, 201, JSON.stringify(trunk.json));
    story().onEnd(() => neighbour.rest('DELETE', `/SipTrunks/${String(trunk.json['sid'])}.json`));
    const { json } = await neighbour.rest('POST', '/Calls.json', { ...CALL, To: '+1900' });
    const atPbx = await pbx.incoming();
    assert.deepEqual([atPbx.calledUser, atPbx.header('Route')], ['+1900', undefined]);
    atPbx.reject(486, 'Busy Here');
    await story().quiet();
    const leg = await neighbour.rest('GET', `/Calls/${String(json['sid'])}.json`);
    assert.deepEqual([leg.json['status'], leg.json['trunk_sid']], ['busy', trunk.json['sid']]);
  });
});
