import assert from 'node:assert/strict';
import { encode } from 'uqr';
import { qrText, type Setup, setupText } from '../../../src/console/data/setup-card.ts';

const SETUP: Setup = {
  server: '192.0.2.10',
  port: 5060,
  tls_port: 5061,
  transports: ['udp', 'tcp', 'tls'],
  user: 'dave',
  realm: 'legwork',
  srtp: 'optional',
  codecs: ['ulaw', 'g722'],
};

describe("The card of a client's phone", () => {
  it('has everything as text, and the password where it is known', () => {
    const text =
      'Server: 192.0.2.10\nPort: 5060, with TLS 5061\nTransport: udp, tcp, tls\nUser name: dave\nRealm: legwork\nSRTP: optional\nCodecs: ulaw, g722';
    assert.equal(setupText(SETUP, undefined), text);
    assert.equal(setupText(SETUP, 'pass word'), `${text}\nPassword: pass word`);
    assert.match(setupText({ ...SETUP, tls_port: null }, undefined), /^Port: 5060$/m);
  });

  it('has what a phone cannot do without in its QR code', () => {
    assert.equal(
      qrText(SETUP, 'pass word'),
      'SIP server: 192.0.2.10:5060\nUser name: dave\nPassword: pass word\nTransport: udp, tcp, tls',
    );
    assert.equal(
      qrText({ ...SETUP, server: '2001:db8::1' }, undefined),
      'SIP server: [2001:db8::1]:5060\nUser name: dave\nTransport: udp, tcp, tls',
    );
  });

  it('fits into a QR code even with the longest name and password', () => {
    const longest = { ...SETUP, server: 's'.repeat(253), user: 'u'.repeat(64) };
    const { size } = encode(qrText(longest, 'p'.repeat(128)), { ecc: 'M' });
    assert.ok(size <= 99, String(size));
  });
});
