import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { HepPacket } from '../../../src/asterisk/sip-trace/hep.ts';
import { readHep } from '../../../src/asterisk/sip-trace/hep.ts';
import { openHepSocket } from '../../../src/asterisk/sip-trace/hep-socket.ts';
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
