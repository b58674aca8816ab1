import assert from 'node:assert/strict';
import { localClusterScreen } from '../../../src/main/local-cluster/local-cluster-screen.ts';
import { Member } from '../../../src/main/local-cluster/member.ts';

const member = (name: string) => new Member(name, { args: [], env: {}, logFile: '/dev/null' });

describe('The screen of npm run cluster', () => {
  it('says where everything is, who may register, and how to see a takeover', () => {
    const shown = localClusterScreen(
      {
        nodes: [
          { member: member('node a'), url: 'http://127.0.0.1:8080', sipHost: '127.0.0.11' },
          { member: member('node b'), url: 'http://127.0.0.1:8081', sipHost: '127.0.0.12' },
        ],
        kamailio: member('Kamailio'),
        postgres: {
          url: 'postgres://legwork:hidden@127.0.0.1:5433/postgres',
          pid: 7,
          stop: () => Promise.resolve(),
        },
        sip: { host: '127.0.0.1', port: 5060 },
        accountSid: 'AC1',
        authToken: 'token-1',
      },
      { version: '1.2.3', phones: [{ login: 'alice', password: 'pw-1' }], dataDir: '/data/cluster' },
    );
    for (const said of [
      'Legwork 1.2.3: a cluster of 2 nodes is running.',
      'register at 127.0.0.1:5060',
      'alice  password pw-1',
      'token-1',
      'http://127.0.0.1:8081, Asterisk at 127.0.0.12:5060',
      '127.0.0.1:5433, pid 7',
      'kill -9',
      '/data/cluster/*.log',
    ]) {
      assert.ok(shown.includes(said), said);
    }
    assert.ok(!shown.includes('hidden'), "the database's password is not shown");
  });
});
