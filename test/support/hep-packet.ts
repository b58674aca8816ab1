import type { SipEnd } from '../../src/call/sip-trace.ts';

export interface HepOptions {
  readonly at?: number;
  readonly source: SipEnd;
  readonly destination: SipEnd;
  readonly transport?: 'udp' | 'tcp';
  readonly password?: string;
  readonly text: string;
}

/** A HEP version 3 packet as res_hep sends it. */
export function hepPacket(options: HepOptions): Buffer {
  const { at = 1_700_000_000_123.456, source, destination, transport = 'udp', password, text } = options;
  const isSix = source.address.includes(':');
  const chunks = [
    chunk(0x0001, byte(isSix ? 10 : 2)),
    chunk(0x0002, byte(transport === 'tcp' ? 6 : 17)),
    chunk(0x0007, short(source.port)),
    chunk(0x0008, short(destination.port)),
    chunk(0x0009, long(Math.floor(at / 1000))),
    chunk(0x000a, long(Math.round((at % 1000) * 1000))),
    chunk(0x000b, byte(1)),
    chunk(0x000c, long(0)),
    chunk(isSix ? 0x0005 : 0x0003, addressBytes(source.address)),
    chunk(isSix ? 0x0006 : 0x0004, addressBytes(destination.address)),
    ...(password === undefined ? [] : [chunk(0x000e, Buffer.from(password))]),
    chunk(0x0011, Buffer.from('a-call-id')),
    chunk(0x000f, Buffer.from(text, 'utf8')),
  ];
  const body = Buffer.concat(chunks);
  return Buffer.concat([Buffer.from('HEP3'), short(body.length + 6), body]);
}

function chunk(kind: number, content: Buffer): Buffer {
  return Buffer.concat([short(0), short(kind), short(content.length + 6), content]);
}

function byte(value: number): Buffer {
  return Buffer.from([value]);
}

function short(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Full IPv6 (`2001:db8:0:0:0:0:0:1`) or IPv4. */
function addressBytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  return Buffer.concat(address.split(':').map((group) => short(Number.parseInt(group, 16))));
}
