import assert from 'node:assert/strict';
import { loadConfig } from '../../../src/config.ts';
import { sipSetup } from '../../../src/main/sip/sip-setup.ts';

const CLUSTER = { CLUSTER: 'on', NODE_NAME: 'a', DATABASE_URL: 'postgres://db/legwork' };
const ASTERISK = {
  url: '',
  username: '',
  password: '',
  sip: { host: '192.0.2.10', port: 5060, tlsPort: 5061 },
  readsOurFiles: true,
  stop: () => Promise.resolve(),
};

function setup(env: Readonly<Record<string, string>>) {
  const { server, port, tlsPort } = sipSetup({ asterisk: ASTERISK, config: loadConfig(env) }).sipSetup ?? {};
  return [server, port, tlsPort];
}

describe('What phones are told', () => {
  it('is the address of Asterisk, the one outside of a NAT, or a name of ours', () => {
    assert.deepEqual(setup({}), ['192.0.2.10', 5060, 5061]);
    assert.deepEqual(setup({ EXTERNAL_ADDRESS: '203.0.113.1' }), ['203.0.113.1', 5060, 5061]);
    assert.deepEqual(setup({ SIP_DOMAINS: 'sip.example.com' }), ['sip.example.com', 5060, 5061]);
  });

  it("is, in a cluster, the proxy, which has no TLS; without a proxy the asked node's switch", () => {
    assert.deepEqual(setup({ ...CLUSTER, SIP_PROXY: '203.0.113.7:5070' }), ['203.0.113.7', 5070, undefined]);
    assert.deepEqual(setup(CLUSTER), ['192.0.2.10', 5060, 5061]);
  });

  it('is nothing where Asterisk is one of the operator', () => {
    const { sip: _sip, ...external } = ASTERISK;
    assert.deepEqual(sipSetup({ asterisk: external, config: loadConfig({}) }), {});
  });
});
