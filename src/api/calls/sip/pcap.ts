import { isIPv6 } from 'node:net';
import type { SipEnd, SipMessage } from '../../../call/sip-trace.ts';

// The format of libpcap (draft-ietf-opsawg-pcap) with Ethernet frames that are made up: Asterisk tells the addresses,
// the ports and the text of each message, and UDP carries all of them, so that every program reads them as SIP.

const MAGIC = 0xa1b2c3d4;
const ETHERNET = 1;
const SNAP_BYTES = 262_144;
const UDP = 17;
const HOP_LIMIT = 64;
const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd } as const;
/** A datagram with its IPv4 header takes no more than 65,535 bytes. */
const LONGEST_PAYLOAD = 65_535 - 20 - 8;

/** A capture of these messages, to be opened with Wireshark, tshark or sngrep. */
export function pcapOf(messages: readonly SipMessage[]): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(SNAP_BYTES, 16);
  head.writeUInt32LE(ETHERNET, 20);
  return Buffer.concat([head, ...messages.flatMap(recordOf)]);
}

function recordOf(message: SipMessage): readonly Buffer[] {
  const frame = frameOf(message);
  const head = Buffer.alloc(16);
  const microseconds = Math.round(message.at * 1000);
  head.writeUInt32LE(Math.floor(microseconds / 1_000_000), 0);
  head.writeUInt32LE(microseconds % 1_000_000, 4);
  head.writeUInt32LE(frame.length, 8);
  head.writeUInt32LE(frame.length, 12);
  return [head, frame];
}

function frameOf({ source, destination, text }: SipMessage): Buffer {
  const payload = Buffer.from(text, 'utf8').subarray(0, LONGEST_PAYLOAD);
  const isSix = isIPv6(source.address) || isIPv6(destination.address);
  const from = addressBytes(source.address, isSix);
  const to = addressBytes(destination.address, isSix);
  const datagram = datagramOf(source, destination, payload, [from, to]);
  const packet = isSix ? ipv6(from, to, datagram) : ipv4(from, to, datagram);
  const ethernet = Buffer.alloc(14);
  // Locally administered addresses, one for each side.
  ethernet.writeUIntBE(0x02_00_00_00_00_02, 0, 6);
  ethernet.writeUIntBE(0x02_00_00_00_00_01, 6, 6);
  ethernet.writeUInt16BE(isSix ? ETHERTYPE.ipv6 : ETHERTYPE.ipv4, 12);
  return Buffer.concat([ethernet, packet]);
}

function ipv4(from: Buffer, to: Buffer, datagram: Buffer): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt8(0x45, 0);
  head.writeUInt16BE(head.length + datagram.length, 2);
  head.writeUInt8(HOP_LIMIT, 8);
  head.writeUInt8(UDP, 9);
  from.copy(head, 12);
  to.copy(head, 16);
  head.writeUInt16BE(checksum(head), 10);
  return Buffer.concat([head, datagram]);
}

function ipv6(from: Buffer, to: Buffer, datagram: Buffer): Buffer {
  const head = Buffer.alloc(40);
  head.writeUInt8(0x60, 0);
  head.writeUInt16BE(datagram.length, 4);
  head.writeUInt8(UDP, 6);
  head.writeUInt8(HOP_LIMIT, 7);
  from.copy(head, 8);
  to.copy(head, 24);
  return Buffer.concat([head, datagram]);
}

function datagramOf(
  { port: sourcePort }: SipEnd,
  { port: destinationPort }: SipEnd,
  payload: Buffer,
  addresses: readonly Buffer[],
): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(sourcePort, 0);
  head.writeUInt16BE(destinationPort, 2);
  head.writeUInt16BE(head.length + payload.length, 4);
  const datagram = Buffer.concat([head, payload]);
  const pseudo = Buffer.alloc(4);
  pseudo.writeUInt16BE(UDP, 0);
  pseudo.writeUInt16BE(datagram.length, 2);
  // 0 would say that there is no checksum.
  datagram.writeUInt16BE(checksum(Buffer.concat([...addresses, pseudo, datagram])) || 0xffff, 6);
  return datagram;
}

/** The ones' complement sum of 16-bit words (RFC 1071). */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  if (bytes.length % 2 === 1) sum += bytes.readUInt8(bytes.length - 1) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function addressBytes(address: string, isSix: boolean): Buffer {
  if (!isSix) return Buffer.from(address.split('.').map(Number));
  if (!isIPv6(address))
    return Buffer.from([...Array(10).fill(0), 0xff, 0xff, ...address.split('.').map(Number)]);
  const [front = '', back] = address.split('::');
  const groups = (part: string | undefined) => (part === undefined || part === '' ? [] : part.split(':'));
  const [left, right] = [groups(front), groups(back)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...left, ...zeros, ...right].entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  }
  return bytes;
}
