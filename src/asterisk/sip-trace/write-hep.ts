import { isIPv6 } from 'node:net';
import type { SipEnd } from '../../call/sip-trace.ts';
import { CHUNK, CHUNK_HEADER_BYTES, HEADER_BYTES, SIP, TCP, UDP } from './hep-chunks.ts';
import type { HepPacket } from './hep.ts';

/** Who sends a packet to a collector. */
export interface HepSender {
  /** By which the collector tells its senders apart. */
  readonly captureId: number;
  readonly password: string | undefined;
}

/** No datagram takes more. */
const LONGEST_PACKET = 65_000;
const IPV4_FAMILY = 2;
const IPV6_FAMILY = 10;

/** A packet of HEP version 3 for a collector, whose legs have the SIP Call-ID in common; a payload that is too long is cut. */
export function writeHep(
  { at, source, destination, transport, payload }: Omit<HepPacket, 'password'>,
  callId: string,
  { captureId, password }: HepSender,
): Buffer {
  const microseconds = Math.round(at * 1000);
  const head = [
    ...endChunks(source, destination),
    chunk(CHUNK.protocol, number(1, transport === 'tcp' ? TCP : UDP)),
    chunk(CHUNK.seconds, number(4, Math.floor(microseconds / 1_000_000))),
    chunk(CHUNK.microseconds, number(4, microseconds % 1_000_000)),
    chunk(CHUNK.kind, number(1, SIP)),
    chunk(CHUNK.captureId, number(4, captureId)),
    ...(password === undefined ? [] : [chunk(CHUNK.password, Buffer.from(password))]),
    chunk(CHUNK.correlationId, Buffer.from(callId, 'latin1')),
  ];
  const room = LONGEST_PACKET - HEADER_BYTES - CHUNK_HEADER_BYTES - Buffer.concat(head).length;
  const body = Buffer.concat([...head, chunk(CHUNK.payload, payload.subarray(0, room))]);
  return Buffer.concat([Buffer.from('HEP3'), number(2, HEADER_BYTES + body.length), body]);
}

function endChunks(source: SipEnd, destination: SipEnd): readonly Buffer[] {
  const isSix = isIPv6(source.address);
  return [
    chunk(CHUNK.family, number(1, isSix ? IPV6_FAMILY : IPV4_FAMILY)),
    chunk(isSix ? CHUNK.ipv6Source : CHUNK.ipv4Source, addressBytes(source.address)),
    chunk(isSix ? CHUNK.ipv6Destination : CHUNK.ipv4Destination, addressBytes(destination.address)),
    chunk(CHUNK.sourcePort, number(2, source.port)),
    chunk(CHUNK.destinationPort, number(2, destination.port)),
  ];
}

function chunk(kind: number, content: Buffer): Buffer {
  return Buffer.concat([
    number(2, 0),
    number(2, kind),
    number(2, CHUNK_HEADER_BYTES + content.length),
    content,
  ]);
}

function number(bytes: 1 | 2 | 4, value: number): Buffer {
  const written = Buffer.alloc(bytes);
  written.writeUIntBE(value, 0, bytes);
  return written;
}

/** Of an address as `readHep` gives it: IPv6 is shortened. */
function addressBytes(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const [front = '', back] = address.split('::');
  const before = groupsOf(front);
  const after = groupsOf(back ?? '');
  const between = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return Buffer.concat([...before, ...between, ...after].map((group) => number(2, group)));
}

function groupsOf(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
