import assert from 'node:assert/strict';
import { hopOf } from '../../../src/call/routing/sip-hop.ts';

describe('A SIP address goes first to', () => {
  const HOPS = [
    ['sip:bob@example.com', { host: 'example.com' }],
    ['sip:bob@example.com:5070', { host: 'example.com', port: 5070 }],
    ['sip:bob@192.0.2.1;transport=TCP', { host: '192.0.2.1', transport: 'tcp' }],
    ['sip:bob@[2001:db8::1]:5070;user=phone', { host: '2001:db8::1', port: 5070 }],
    ['sip:bob;x=1@example.com;lr', { host: 'example.com' }],
  ] as const;
  for (const [uri, hop] of HOPS) {
    it(`${JSON.stringify(hop)} of ${uri}`, () => assert.deepEqual(hopOf(uri), hop));
  }

  for (const uri of [
    'sip:bob@example.com;maddr=10.0.0.1',
    'sip:b@h:5060;transport=udp; MADDR=x',
    'bob',
    'sip:b@',
    'sip:a@b@example.com',
    // Asterisk's SIP stack would decode it, and go by the last one.
    'sip:b@h;m%61ddr=10.0.0.1',
    'sip:b@h;transport=udp;transport=tcp',
  ]) {
    it(`nowhere: ${uri}`, () => assert.equal(hopOf(uri), undefined));
  }
});
