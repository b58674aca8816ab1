import assert from 'node:assert/strict';
import * as check from '../../../src/main/doctor/checks.ts';

const GIB = 1024 ** 3;
const DAY = 24 * 3_600_000;
const NOW = Date.UTC(2026, 0, 1);
const certificate = (fromDays: number, toDays: number) => ({
  names: 'voice.example.com',
  from: NOW + fromDays * DAY,
  to: NOW + toDays * DAY,
  isSelfMade: false,
});
const OWN = ['127.0.0.1', '192.168.1.5'];
const at = (sipHost: string, externalAddress?: string) =>
  check.checkAddress({ sipHost, externalAddress, own: OWN });

describe('The doctor', () => {
  for (const [title, found, ok, says] of [
    [
      'enough RTP ports',
      check.checkRtpPorts({ rtpMin: 10_000, rtpMax: 10_799, maxCalls: 200 }),
      true,
      '200 calls',
    ],
    [
      'too few RTP ports',
      check.checkRtpPorts({ rtpMin: 10_000, rtpMax: 10_798, maxCalls: 200 }),
      false,
      '10799',
    ],
    ['SIP on loopback', at('127.0.0.1'), true, 'on this machine alone'],
    ['SIP on an address of the machine', at('192.168.1.5'), true, 'hear nothing without EXTERNAL_ADDRESS'],
    ['SIP on an address of another machine', at('192.168.1.6'), false, 'no address of this machine'],
    ['SIP on every address', at('0.0.0.0'), true, 'told 192.168.1.5;'],
    ['a NAT', at('0.0.0.0', '203.0.113.1'), true, 'a NAT must lead it here'],
    [
      'room on the disk',
      check.checkDisk('/data', { free: GIB, size: 10 * GIB }),
      true,
      '1.0 GiB free of 10.0',
    ],
    ['a full disk', check.checkDisk('/data', { free: GIB - 1, size: 10 * GIB }), false, 'Make room'],
    ['a certificate', check.checkCertificate(certificate(-1, 90), NOW), true, 'for 90 days'],
    ['a certificate that ends soon', check.checkCertificate(certificate(-80, 13), NOW), false, 'Renew it'],
    ['a certificate of tomorrow', check.checkCertificate(certificate(1, 90), NOW), false, 'clock'],
    ['a name of a trunk', check.checkTrunkName('sip.example', [{}]), true, 'has an address'],
    ['a name that leads nowhere', check.checkTrunkName('sip.example', []), false, 'resolv.conf'],
    ['a trunk that answers', check.checkTrunk('PBX', true), true, 'answers'],
    ['a trunk that does not', check.checkTrunk('PBX', false), false, 'does not answer OPTIONS'],
    ['its own name', check.checkOwnName('host', { ms: 3, found: true }), true, 'in 3 ms'],
    ['its own name, slowly', check.checkOwnName('host', { ms: 900, found: true }), false, '/etc/hosts'],
    ['no name of its own', check.checkOwnName('host', { ms: 5000, found: false }), false, 'is not found'],
    ['a good Asterisk', check.checkAsterisk('22.10.1+dfsg'), true, '22.10.1'],
    ['a later one', check.checkAsterisk('22.11.0'), true, '22.11.0'],
    ['one with a known defect', check.checkAsterisk('22.10.0'), false, 'ARI_URL'],
    ['another release', check.checkAsterisk('23.0.0'), false, 'ARI_URL'],
    ['no Asterisk', check.checkAsterisk(undefined), false, 'does not answer'],
  ] as const) {
    it(`finds ${title}, and says what to do if that is wrong`, () => {
      assert.equal(found.ok, ok);
      assert.ok(`${found.text} ${found.remedy ?? ''}`.includes(says), `${found.text} ${found.remedy}`);
      assert.equal(found.remedy === undefined, ok);
    });
  }
});
