import assert from 'node:assert/strict';
import { partyName, readAddress, readCaller } from '../../../src/call/routing/written-address.ts';

describe('An address as people write it', () => {
  const kinds = [
    ['client:Bob', { kind: 'client', name: 'Bob' }],
    [' Client: bob ', { kind: 'client', name: 'bob' }],
    ['bob@h', { kind: 'sip', uri: 'sip:bob@h' }],
    ['+1 (555) 0100', { kind: 'number', number: '+15550100' }],
    ['tel:1000', { kind: 'number', number: '1000' }],
  ] as const;
  for (const [written, address] of kinds) {
    it(`"${written}" is a ${address.kind}`, () => {
      assert.deepEqual(readAddress(written), { ok: true, address });
    });
  }
  const none = [
    ['client:', 'has no client name'],
    ['sip:h', 'names nobody: it must be sip:user@host'],
    ['pizza', 'is not a phone number of at most 32 digits, * and #, with or without a leading +'],
  ] as const;
  for (const [written, why] of none) {
    it(`"${written}" ${why}`, () => assert.deepEqual(readAddress(written), { ok: false, why }));
  }
});

describe('A party in From, To and the lists of calls', () => {
  const parties = [
    ['client:Alice', 'Alice'],
    ['alice', 'alice'],
    ['sip:bob@h:5060;transport=tcp', 'bob'],
    ["sip:o'neil@h", "o'neil"],
    ['sip:+1555;phone-context=h@h', '+1555'],
    ['+1 (555) 0100', '+15550100'],
    [' 15550100', '+15550100'],
    ['tel:+1-555-0100', '+15550100'],
  ] as const;
  for (const [written, name] of parties) {
    it(`"${written}" stands there as ${name}`, () => assert.equal(partyName(written), name));
  }
});

describe('Who is shown as the caller', () => {
  const callers = [
    ['+1 (555) 0100', '+15550100'],
    [' 15550100', '+15550100'],
    ['client:alice', 'alice'],
    ['anonymous', 'anonymous'],
    ['sip:+1555@carrier.example', '+1555'],
    ['Alice B', undefined],
    ["sip:o'neil@h", undefined],
    ['', undefined],
    ['a'.repeat(65), undefined],
  ] as const;
  for (const [written, shown] of callers) {
    it(`is ${shown ?? 'refused'} for "${written.slice(0, 30)}"`, () =>
      assert.equal(readCaller(written), shown));
  }
});
