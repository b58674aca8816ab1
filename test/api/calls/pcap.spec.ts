import assert from 'node:assert/strict';
import { pcapOf } from '../../../src/api/calls/sip/pcap.ts';
import type { SipEnd } from '../../../src/call/sip-trace.ts';

// That Wireshark reads it was tried by hand (tshark 4.0); here the bytes are held against the standards.

const FOUR = {
  source: { address: '192.0.2.1', port: 5062 },
  destination: { address: '127.0.0.1', port: 5060 },
};
const SIX = {
  source: { address: '2001:db8::7:1', port: 5062 },
  destination: { address: '::1', port: 5060 },
};

function captureOf(text: string, { source, destination }: { source: SipEnd; destination: SipEnd }): Buffer {
  return pcapOf([{ at: 1_700_000_000_123.456, source, destination, transport: 'tls', text }]);
}

/** The ones' complement sum of all words, the checksum included, is all ones. */
function sumOf(...parts: readonly Buffer[]): number {
  const bytes = Buffer.concat([
    ...parts,
    Buffer.alloc(parts.reduce((sum, { length }) => sum + length, 0) % 2),
  ]);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

function pseudoOf(addresses: Buffer, datagram: Buffer): Buffer {
  return Buffer.concat([addresses, Buffer.from([0, 17, datagram.length >>> 8, datagram.length & 0xff])]);
}

describe('A capture file', () => {
  it('begins as libpcap says, and is empty without messages', () => {
    const head = pcapOf([]);
    assert.equal(head.toString('hex'), 'd4c3b2a1020004000000000000000000000004000100000000'.slice(0, 48));
  });

  for (const text of ['INVITE sip:1000@a SIP/2.0\r\n\r\n', 'BYE sip:zoë SIP/2.0\r\n\r\n', 'odd']) {
    it(`has an IPv4 packet with right lengths and checksums for ${JSON.stringify(text)}`, () => {
      const file = captureOf(text, FOUR);
      const record = file.subarray(24);
      assert.deepEqual([record.readUInt32LE(0), record.readUInt32LE(4)], [1_700_000_000, 123_456]);
      const frame = record.subarray(16);
      assert.deepEqual([record.readUInt32LE(8), record.readUInt32LE(12)], [frame.length, frame.length]);
      assert.equal(frame.readUInt16BE(12), 0x0800);
      const ip = frame.subarray(14);
      assert.equal(ip.readUInt16BE(2), ip.length);
      assert.equal(sumOf(ip.subarray(0, 20)), 0xffff);
      assert.deepEqual([...ip.subarray(12, 20)], [192, 0, 2, 1, 127, 0, 0, 1]);
      const datagram = ip.subarray(20);
      assert.deepEqual(
        [0, 2, 4].map((at) => datagram.readUInt16BE(at)),
        [5062, 5060, datagram.length],
      );
      assert.equal(sumOf(pseudoOf(ip.subarray(12, 20), datagram), datagram), 0xffff);
      assert.equal(datagram.subarray(8).toString('utf8'), text);
    });
  }

  it('has an IPv6 packet with right length and checksum', () => {
    const ip = captureOf('ACK sip:a SIP/2.0\r\n\r\n', SIX).subarray(24 + 16 + 14);
    assert.equal(ip.readUInt16BE(4), ip.length - 40);
    assert.equal(ip.subarray(8, 40).toString('hex'), `20010db8${'0'.repeat(16)}00070001${'0'.repeat(31)}1`);
    const datagram = ip.subarray(40);
    assert.equal(sumOf(pseudoOf(ip.subarray(8, 40), datagram), datagram), 0xffff);
  });

  it('takes a message that is longer than a packet as far as it goes', () => {
    const ip = captureOf('x'.repeat(70_000), FOUR).subarray(24 + 16 + 14);
    assert.equal(ip.readUInt16BE(2), 65_535);
  });
});
