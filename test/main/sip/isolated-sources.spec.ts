import assert from 'node:assert/strict';
import type { TrunkRecord } from '../../../src/records/repositories.ts';
import { isolatedSources } from '../../../src/main/sip/isolated-sources.ts';

function trunk(
  accountSid: string,
  dateCreated: number,
  host: string,
  ...allowedAddresses: string[]
): TrunkRecord {
  return {
    sid: `TK${dateCreated}`,
    accountSid,
    friendlyName: host,
    host,
    port: 5060,
    transport: 'udp',
    allowedAddresses,
    prefix: '',
    priority: 10,
    stripDigits: 0,
    prependDigits: '',
    register: false,
    sendAssertedIdentity: false,
    trustAssertedIdentity: false,
    dateCreated,
    dateUpdated: dateCreated,
  };
}

it("Trunks from before the rules are known by nothing of another account's, and by no wide network", () => {
  const trunks = [
    trunk('ACsub', 1, '192.0.2.1', '0.0.0.0/1', '203.0.113.0/24', 'not-an-address'),
    trunk('ACother', 2, 'sip.example', '203.0.113.7', '198.51.100.1:5060'),
    trunk('ACown', 3, '192.0.2.1', '10.0.0.0/8'),
    trunk('ACown', 4, '192.0.2.1'),
  ];
  const withheld = isolatedSources(trunks, 'ACown', 24).map((one) => [one.trunk.sid, one.withheld]);
  assert.deepEqual(withheld, [
    ['TK3', []],
    ['TK4', []],
    ['TK1', ['192.0.2.1', '0.0.0.0/1']],
    ['TK2', ['203.0.113.7']],
  ]);
});
