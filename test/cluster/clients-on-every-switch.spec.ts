import assert from 'node:assert/strict';
import { Phone } from '../../src/phone/phone.ts';
import { clusterStories } from '../support/cluster-stories.ts';
import { waitUntil } from '../support/wait-until.ts';

const PASSWORD = 'correct-horse';
/** The contract. */
const ON_EVERY_SWITCH_MS = 1_000;

clusterStories('A client that is made at one node', (story) => {
  it('registers at the other one within a second, and no longer when it was removed there', async () => {
    const { stack } = story();
    const created = await stack.b.rest('POST', '/Clients.json', { Login: 'erin', Password: PASSWORD });
    assert.equal(created.status, 201);
    const began = Date.now();
    const erin = await Phone.start({ name: 'erin', password: PASSWORD, server: stack.a.sip });
    story().onEnd(() => erin.stop());
    const registers = () =>
      erin.register().then(
        () => true,
        () => false,
      );
    await waitUntil('erin registers', registers, ON_EVERY_SWITCH_MS);
    console.log(`      registered at switch a ${Date.now() - began} ms after it was made at node b`);
    const removed = await stack.b.rest('DELETE', `/Clients/${String(created.json['sid'])}.json`);
    assert.equal(removed.status, 204);
    await waitUntil('erin is refused', async () => !(await registers()), ON_EVERY_SWITCH_MS);
  });
});
