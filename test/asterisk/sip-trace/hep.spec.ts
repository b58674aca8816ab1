import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { HepPacket } from '../../../src/asterisk/sip-trace/hep.ts';
import { readHep } from '../../../src/asterisk/sip-trace/hep.ts';
import { openHepSocket } from '../../../src/asterisk/sip-trace/hep-socket.ts';
import { writeHep } from '../../../src/asterisk/sip-trace/write-hep.ts';
import { hepPacket } from '../../support/hep-packet.ts';
import { waitUntil } from '../../support/wait-until.ts';

const SOURCE = { address: '192.0.2.1', port: 5062 };
const DESTINATION = { address: '127.0.0.1', port: 5060 };
const ENDS = { source: SOURCE, destination: DESTINATION };

describe('A HEP packet', () => {
  it('is read: time, both ends, transport, payload', () => {
    assert.deepEqual(readHep(hepPacket({ ...ENDS, transport: 'tcp', password: 'p', text: 'OPTIONS' })), {
      at: 1_700_000_000_123.456,
      source: SOURCE,
      destination: DESTINATION,
      transport: 'tcp',
      payload: Buffer.from('OPTIONS'),
      password: 'p',
    });
  });

  it('may come from an IPv6 address', () => {
    const source = { address: '2001:db8:0:0:0:0:0:1', port: 5060 };
    const destination = { address: '0:0:0:0:0:0:0:1', port: 5061 };
    const read = readHep(hepPacket({ source, destination, text: 'x' }));
    assert.deepEqual(
      [read?.source, read?.destination],
      [
        { address: '2001:db8::1', port: 5060 },
        { address: '::1', port: 5061 },
      ],
    );
  });

  it('that is damaged anywhere is ignored', () => {
    const whole = hepPacket({ ...ENDS, text: 'x' });
    for (let length = 0; length < whole.length; length += 1) {
      assert.equal(readHep(whole.subarray(0, length)), undefined, `${length} bytes`);
    }
    for (let at = 0; at < whole.length; at += 1) {
      const damaged = Buffer.from(whole);
      damaged[at] = 0xff;
      readHep(damaged);
    }
    assert.equal(readHep(Buffer.from('HEP3\0\x06')), undefined);
    assert.equal(readHep(Buffer.from('INVITE sip:a@b SIP/2.0')), undefined);
  });
});

describe('A HEP packet that Legwork writes', () => {
  const packet: Omit<HepPacket, 'password'> = {
    at: 1_700_000_000_123.456,
    ...ENDS,
    transport: 'tcp',
    payload: Buffer.from('OPTIONS'),
  };
  const sender = { captureId: 7, password: 'p' };

  it('says what it was told, with IPv4 and every form of IPv6', () => {
    assert.deepEqual(readHep(writeHep(packet, 'one', sender)), { ...packet, password: 'p' });
    for (const address of ['::', '::1', '2001:db8::1', 'fe80::', '1:2:3:4:5:6:7:8']) {
      const six = { ...packet, source: { address, port: 5060 }, destination: { address: '::1', port: 5061 } };
      assert.deepEqual(readHep(writeHep(six, 'one', sender)), { ...six, password: 'p' });
    }
  });

  it('is what res_hep sends of the same message, in another order', () => {
    const theirs = hepPacket({ ...ENDS, transport: 'tcp', password: 'p', text: 'OPTIONS' });
    const ours = writeHep(packet, 'a-call-id', { captureId: 0, password: 'p' });
    assert.deepEqual(chunksOf(ours), chunksOf(theirs));
  });

  it('is cut when it would be too long for a datagram', () => {
    const long = { ...packet, payload: Buffer.alloc(100_000, 'x') };
    const bytes = writeHep(long, 'one', sender);
    assert.equal(bytes.length, 65_000);
    assert.match(readHep(bytes)?.payload.toString() ?? '', /^x{64000,}$/);
  });
});

/** The chunks of a packet in hexadecimal, sorted. */
function chunksOf(packet: Buffer): readonly string[] {
  const chunks: string[] = [];
  for (let at = 6; at < packet.length; at += packet.readUInt16BE(at + 4)) {
    chunks.push(packet.toString('hex', at, at + packet.readUInt16BE(at + 4)));
  }
  return chunks.sort();
}

describe('The socket for HEP', () => {
  it('listens on loopback alone, and ignores packets without its password', async () => {
    const packets: HepPacket[] = [];
    const open = { port: 0, password: 'secret', onPacket: (packet: HepPacket) => packets.push(packet) };
    const socket = await openHepSocket(open);
    const sender = createSocket('udp4');
    try {
      for (const password of ['wrong', undefined, 'secret']) {
        const wrong = { ...ENDS, text: password ?? 'none', ...(password === undefined ? {} : { password }) };
        sender.send(hepPacket(wrong), socket.port, '127.0.0.1');
      }
      await waitUntil('the right one is there', () => packets.length > 0);
      assert.deepEqual(
        packets.map(({ payload }) => payload.toString()),
        ['secret'],
      );
      await assert.rejects(openHepSocket({ ...open, port: socket.port }), { code: 'EADDRINUSE' });
    } finally {
      socket.close();
      sender.close();
      await once(sender, 'close');
    }
  });
});
