import assert from 'node:assert/strict';
import { isOwnSip, type OwnSip } from '../../../src/call/routing/own-sip.ts';
import { readSipAddress } from '../../../src/call/routing/sip-address.ts';

const LOCAL: OwnSip = {
  port: 5070,
  domains: [{ host: 'voice.example.com' }, { host: 'sip.example.com', port: 5090 }],
  listeners: ['127.0.0.1', '198.51.100.7'],
  ownAddresses: () => ['192.0.2.5', 'fe80::1%eth0', '2001:db8::5'],
};
const TLS: OwnSip = { ...LOCAL, tlsPort: 5061 };
const EVERYWHERE: OwnSip = { ...LOCAL, listeners: ['0.0.0.0'] };
const STANDARD: OwnSip = { ...LOCAL, port: 5060 };
const ONE_ADDRESS: OwnSip = { ...LOCAL, listeners: ['192.0.2.5'] };
const IPV6: OwnSip = { ...LOCAL, listeners: ['2001:0DB8::5'] };

const ROWS: readonly (readonly [title: string, uri: string, own: OwnSip, isOwn: boolean])[] = [
  ['our name', 'sip:bob@voice.example.com', LOCAL, true],
  ['our name in capitals', 'sip:bob@VOICE.Example.com', LOCAL, true],
  ['our name with our port', 'sip:bob@voice.example.com:5070;transport=tcp', LOCAL, true],
  ['our name with a port that is not ours', 'sip:bob@voice.example.com:5060', LOCAL, false],
  ['our name with its own port', 'sip:bob@sip.example.com:5090', LOCAL, true],
  ['our name without its own port', 'sip:bob@sip.example.com', LOCAL, false],
  ['our name with our port in place of its own', 'sip:bob@sip.example.com:5070', LOCAL, false],
  ['a name below ours', 'sip:bob@pbx.voice.example.com', LOCAL, false],
  ['SIP_HOST', 'sip:bob@127.0.0.1:5070', LOCAL, true],
  ['SIP_HOST without a port, which is 5060', 'sip:bob@127.0.0.1', LOCAL, false],
  ['SIP_HOST without a port, where SIP_PORT is 5060', 'sip:bob@127.0.0.1', STANDARD, true],
  ['the port of TLS', 'sip:bob@127.0.0.1:5061', STANDARD, false],
  ['the port of TLS by TLS', 'sip:bob@127.0.0.1:5061;transport=tls', TLS, true],
  ['the port of TLS by TLS, unsaid', 'sip:bob@127.0.0.1;transport=tls', TLS, true],
  ['our other port by TLS', 'sip:bob@127.0.0.1:5070;transport=tls', TLS, false],
  ['our name by TLS', 'sip:bob@sip.example.com;transport=tls', TLS, true],
  ['our address by TLS, where there is none', 'sip:bob@127.0.0.1:5061;transport=tls', LOCAL, false],
  ['another address of this machine', 'sip:bob@127.0.0.5:5070', LOCAL, false],
  ['localhost', 'sip:bob@localhost:5070', LOCAL, true],
  ['localhost, where SIP is at one other address', 'sip:bob@localhost:5070', ONE_ADDRESS, false],
  ['EXTERNAL_ADDRESS', 'sip:bob@198.51.100.7:5070', LOCAL, true],
  ['any loopback address of a wildcard', 'sip:bob@127.0.0.5:5070', EVERYWHERE, true],
  ['localhost of a wildcard', 'sip:bob@localhost:5070', EVERYWHERE, true],
  ['an address that the machine has, of a wildcard', 'sip:bob@192.0.2.5:5070', EVERYWHERE, true],
  ['the same on another port', 'sip:bob@192.0.2.5:5060', EVERYWHERE, false],
  ['IPv6 of a wildcard', 'sip:bob@[2001:db8:0:0::5]:5070', EVERYWHERE, true],
  ['link-local IPv6 of a wildcard', 'sip:bob@[fe80::1]:5070', EVERYWHERE, true],
  ['SIP_HOST of IPv6', 'sip:bob@[2001:db8::5]:5070', IPV6, true],
  ['somebody else', 'sip:bob@pbx.example', LOCAL, false],
  ['our name, but maddr leads elsewhere', 'sip:bob@voice.example.com;maddr=192.0.2.9', LOCAL, false],
];

describe('A SIP address', () => {
  for (const [title, uri, own, isOwn] of ROWS) {
    it(`${isOwn ? 'is ours' : 'is not ours'}: ${title}, ${uri}`, () => {
      const read = readSipAddress(uri);
      assert.ok(read.ok);
      assert.equal(isOwnSip(read.address, own), isOwn);
    });
  }
});
