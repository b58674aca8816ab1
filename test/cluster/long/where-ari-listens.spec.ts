import assert from 'node:assert/strict';
import { systemClock } from '../../../src/clock.ts';
import { LeaseSession } from '../../../src/store/lease/lease-session.ts';
import { LegworkProcess } from '../../support/legwork-process.ts';
import { type PrivatePostgres, startPostgres } from '../../support/postgres.ts';

describe('ARI_HOST', function () {
  this.timeout(120_000);
  let postgres: PrivatePostgres;

  before(async () => {
    postgres = await startPostgres();
  });
  after(async () => {
    await postgres.stop();
  });

  const prepare = (settings: Readonly<Record<string, string>>) =>
    LegworkProcess.prepare({ CLUSTER: 'on', NODE_NAME: 'a', DATABASE_URL: postgres.url, ...settings });

  it('is where the ARI of the bundled Asterisk listens, for nodes of the private networks', async () => {
    const node = await prepare({ ARI_HOST: '127.0.0.2' });
    await node.start();
    const { asterisk, sip } = await node.health();
    assert.deepEqual([asterisk, sip], ['up', 'up']);
    await node.remove();
  });

  it('on loopback is refused when there is a node on another machine', async () => {
    const session = new LeaseSession(postgres.url, 'test', systemClock);
    await session.query(
      `insert into nodes (name, instance, host, pid, url, version, state, renewals)
       values ('far', 'i', 'elsewhere', 1, 'http://far', '0', 'up', 0)`,
    );
    const node = await prepare({});
    await assert.rejects(node.start());
    assert.equal(node.exitCode, 1);
    assert.match(
      node.output,
      /^ARI_HOST="127\.0\.0\.1": node "far" on host elsewhere could not take this node's Asterisk over\. Set it to/m,
    );
    await node.remove();
    await session.close();
  });
});
