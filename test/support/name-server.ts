import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';

/** What the server knows of a name, and of the names below it; `silent` is never answered, `fails` gets SERVFAIL. */
export type Zone = { readonly addresses: readonly string[]; readonly ttlS?: number } | 'silent' | 'fails';

const TYPE_A = 1;
const TYPE_AAAA = 28;
const CODES = { ok: 0, fails: 2, 'no such name': 3 } as const;
const HEADER_BYTES = 12;

/** A DNS server on UDP for a test: answers A and AAAA of the names it is given, and NXDOMAIN for all others. */
export class NameServer {
  readonly #socket: Socket;
  readonly #zones = new Map<string, Zone>();
  /** `A name` and `AAAA name`, in the order of asking. */
  readonly asked: string[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (query, peer) => {
      const reply = this.#replyTo(query);
      if (reply !== undefined) socket.send(reply, peer.port, peer.address);
    });
  }

  static async start(): Promise<NameServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new NameServer(socket);
  }

  /** As c-ares wants it. */
  get address(): string {
    const { address, port } = this.#socket.address();
    return `${address}:${port}`;
  }

  set(name: string, zone: Zone): void {
    this.#zones.set(name, zone);
  }

  async stop(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #zoneOf(name: string): Zone | undefined {
    const known = [...this.#zones].find(([zone]) => name === zone || name.endsWith(`.${zone}`));
    return known?.[1];
  }

  #replyTo(query: Buffer): Buffer | undefined {
    const { name, type, end } = questionOf(query);
    this.asked.push(`${type === TYPE_AAAA ? 'AAAA' : 'A'} ${name}`);
    const zone = this.#zoneOf(name);
    const question = query.subarray(HEADER_BYTES, end);
    if (zone === 'silent') return undefined;
    if (zone === 'fails') return message(query, question, CODES.fails, []);
    if (zone === undefined) return message(query, question, CODES['no such name'], []);
    const wanted = zone.addresses.filter((address) => isIPv4(address) === (type === TYPE_A));
    return message(
      query,
      question,
      CODES.ok,
      wanted.map((address) => record(address, type, zone.ttlS ?? 60)),
    );
  }
}

function questionOf(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function message(query: Buffer, question: Buffer, code: number, records: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question, ...records]);
}

/** The name is a pointer to that of the question. */
function record(address: string, type: number, ttlS: number): Buffer {
  const data = bytesOf(address);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttlS, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function bytesOf(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [front = '', back] = address.split('::');
  const [head, tail] = [front, back ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const gap = back === undefined ? 0 : 8 - (head?.length ?? 0) - (tail?.length ?? 0);
  const groups = [...(head ?? []), ...Array.from({ length: gap }, () => '0'), ...(tail ?? [])];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
