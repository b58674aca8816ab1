import type { SipEnd } from '../../call/sip-trace.ts';
import { CHUNK, CHUNK_HEADER_BYTES, HEADER_BYTES, SIP, TCP } from './hep-chunks.ts';

/** What a HEP packet brings: a SIP message as it was sent or received. */
export interface HepPacket {
  /** Milliseconds since the epoch, with a fraction. */
  readonly at: number;
  readonly source: SipEnd;
  readonly destination: SipEnd;
  readonly transport: 'udp' | 'tcp';
  readonly payload: Buffer;
  /** What the sender was told to show that it may send. */
  readonly password: string | undefined;
}

/** Bytes that a chunk must at least have for its number to be read. */
const LEAST_BYTES = new Map<number, number>([
  [CHUNK.protocol, 1],
  [CHUNK.sourcePort, 2],
  [CHUNK.destinationPort, 2],
  [CHUNK.seconds, 4],
  [CHUNK.microseconds, 4],
  [CHUNK.kind, 1],
  [CHUNK.ipv4Source, 4],
  [CHUNK.ipv4Destination, 4],
  [CHUNK.ipv6Source, 16],
  [CHUNK.ipv6Destination, 16],
]);

/** Reads a packet; undefined when it is none of HEP version 3, is damaged, or brings something else than SIP. */
export function readHep(packet: Buffer): HepPacket | undefined {
  const chunks = chunksOf(packet);
  if (chunks === undefined || chunks.get(CHUNK.kind)?.readUInt8() !== SIP) return undefined;
  const source = endOf(chunks, CHUNK.ipv4Source, CHUNK.ipv6Source, CHUNK.sourcePort);
  const destination = endOf(chunks, CHUNK.ipv4Destination, CHUNK.ipv6Destination, CHUNK.destinationPort);
  const seconds = chunks.get(CHUNK.seconds)?.readUInt32BE();
  const payload = chunks.get(CHUNK.payload);
  if (source === undefined || destination === undefined || seconds === undefined || payload === undefined) {
    return undefined;
  }
  const microseconds = chunks.get(CHUNK.microseconds)?.readUInt32BE() ?? 0;
  return {
    at: seconds * 1000 + microseconds / 1000,
    source,
    destination,
    transport: chunks.get(CHUNK.protocol)?.readUInt8() === TCP ? 'tcp' : 'udp',
    payload,
    password: chunks.get(CHUNK.password)?.toString('latin1'),
  };
}

function chunksOf(packet: Buffer): ReadonlyMap<number, Buffer> | undefined {
  if (packet.length < HEADER_BYTES || packet.toString('latin1', 0, 4) !== 'HEP3') return undefined;
  if (packet.readUInt16BE(4) !== packet.length) return undefined;
  const chunks = new Map<number, Buffer>();
  let at = HEADER_BYTES;
  while (at < packet.length) {
    if (at + CHUNK_HEADER_BYTES > packet.length) return undefined;
    const vendor = packet.readUInt16BE(at);
    const kind = packet.readUInt16BE(at + 2);
    const bytes = packet.readUInt16BE(at + 4);
    if (bytes < CHUNK_HEADER_BYTES || at + bytes > packet.length) return undefined;
    const content = packet.subarray(at + CHUNK_HEADER_BYTES, at + bytes);
    if (content.length < (LEAST_BYTES.get(kind) ?? 0)) return undefined;
    if (vendor === 0) chunks.set(kind, content);
    at += bytes;
  }
  return chunks;
}

function endOf(
  chunks: ReadonlyMap<number, Buffer>,
  ipv4: number,
  ipv6: number,
  portChunk: number,
): SipEnd | undefined {
  const port = chunks.get(portChunk)?.readUInt16BE();
  const four = chunks.get(ipv4);
  const six = chunks.get(ipv6);
  if (port === undefined) return undefined;
  if (four !== undefined) return { address: [...four.subarray(0, 4)].join('.'), port };
  return six === undefined ? undefined : { address: ipv6Text(six), port };
}

function ipv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  // The URL parser shortens it as RFC 5952 says.
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}
