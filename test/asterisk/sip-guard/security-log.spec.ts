import assert from 'node:assert/strict';
import { readSecurityLine } from '../../../src/asterisk/sip-guard/security-log.ts';

const PREFIX = '[2026-11-30 10:00:00.123] SECURITY[7] res_security_log.c: ';
const line = (event: string, account: string, callId: string, behind = '') =>
  `${PREFIX}SecurityEvent="${event}",EventTV="2026-11-30T10:00:00.123+0000",Severity="Error",Service="PJSIP",` +
  `EventVersion="1",AccountID="${account}",SessionID="${callId}",LocalAddress="IPV4/UDP/127.0.0.1/5060",` +
  `RemoteAddress="IPV4/UDP/192.0.2.7/5061"${behind}`;

describe("A line of Asterisk's security log", () => {
  it('says who failed to answer a challenge, and from where', () => {
    const behind = ',Challenge="1795/abc",Response="x",ExpectedResponse=""';
    assert.deepEqual(readSecurityLine(line('ChallengeResponseFailed', 'bob', 'id-1', behind)), {
      event: 'ChallengeResponseFailed',
      account: 'bob',
      address: '192.0.2.7',
      port: 5061,
    });
  });

  it('is of one login, however the phone spelled it', () => {
    assert.equal(readSecurityLine(line('ChallengeResponseFailed', 'Dave9', 'id-1'))?.account, 'dave9');
  });

  it('says who succeeded', () => {
    assert.deepEqual(readSecurityLine(line('SuccessfulAuth', 'bob', 'id', ',UsingPassword="1"')), {
      event: 'SuccessfulAuth',
      account: 'bob',
      address: '192.0.2.7',
      port: 5061,
    });
  });

  it('says who was asked for a password', () => {
    assert.deepEqual(readSecurityLine(line('ChallengeSent', '<unknown>', 'id', ',Challenge=""')), {
      event: 'ChallengeSent',
      account: '<unknown>',
      address: '192.0.2.7',
      port: 5061,
    });
  });

  it('knows IPv6', () => {
    const found = readSecurityLine(
      line('SuccessfulAuth', 'bob', 'id').replace('IPV4/UDP/192.0.2.7', 'IPV6/TCP/2001:db8::7'),
    );
    assert.equal(found?.address, '2001:db8::7');
  });

  it('takes nothing for an address that a sender wrote into its Call-ID, or into what it answered', () => {
    const forged = 'RemoteAddress="IPV4/UDP/203.0.113.1/5060"';
    const inCallId = line('ChallengeResponseFailed', 'bob', `x",${forged},Challenge="n`, ',Challenge="n"');
    assert.equal(readSecurityLine(inCallId)?.address, '192.0.2.7');
    const escaped = forged.replaceAll('"', '\\"');
    const behind = line('ChallengeResponseFailed', 'bob', 'id', `,Challenge="n",Response="x\\",${escaped}"`);
    assert.equal(readSecurityLine(behind)?.address, '192.0.2.7');
  });

  for (const other of [
    line('InvalidAccountID', 'bob', 'id'),
    line('SuccessfulAuth', 'bob', 'id').replace('Service="PJSIP"', 'Service="AMI"'),
    'chan_pjsip.c: SecurityEvent="ChallengeSent"',
    '',
  ]) {
    it(`may be of something else: ${other.slice(0, 80)}`, () =>
      assert.equal(readSecurityLine(other), undefined));
  }
});
