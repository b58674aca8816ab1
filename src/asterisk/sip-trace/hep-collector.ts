import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import type { HepPacket } from './hep.ts';
import { messagesIn, readSipHead } from './sip-text.ts';
import { withoutSecrets } from './without-secrets.ts';
import { type HepSender, writeHep } from './write-hep.ts';

export interface HepCollectorOptions extends HepSender {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  /** Asks the system's resolver when it is not given. */
  readonly resolve?: (host: string) => Promise<Address>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Address {
  readonly address: string;
  readonly family: number;
}

/** How long an address is used before its name is looked up again. */
const ADDRESS_FOR_MS = 60_000;
/** While the name is being looked up; what comes then is not sent. */
const MOST_LOOKUPS = 100;

/**
 * A collector of the operator's (Homer, or whatever takes HEP version 3 over UDP), to which SIP messages are sent on
 * without what is secret in them. What it does not take is lost: no call waits for it.
 */
export class HepCollector {
  readonly #options: HepCollectorOptions;
  readonly #sockets = new Map<number, Socket>();
  #address: { readonly found: Promise<Address | undefined>; readonly since: number } | undefined;
  #waiting = 0;
  #isFailing = false;
  #isClosed = false;

  constructor(options: HepCollectorOptions) {
    this.#options = options;
  }

  /** Asterisk has sent or received something. */
  heard(packet: HepPacket): void {
    const text = packet.payload.toString('latin1');
    for (const one of packet.transport === 'tcp' ? messagesIn(text) : [text]) {
      const head = readSipHead(one);
      if (head === undefined) continue;
      const payload = Buffer.from(withoutSecrets(one), 'latin1');
      void this.#send(writeHep({ ...packet, payload }, head.callId, this.#options));
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  async #send(bytes: Buffer): Promise<void> {
    if (this.#waiting >= MOST_LOOKUPS) return;
    this.#waiting += 1;
    const address = await this.#currentAddress();
    this.#waiting -= 1;
    if (address === undefined || this.#isClosed) return;
    this.#socket(address.family).send(bytes, this.#options.port, address.address, (error) =>
      this.#tell(error ?? undefined),
    );
  }

  #currentAddress(): Promise<Address | undefined> {
    const now = this.#options.clock.steady();
    if (this.#address === undefined || now - this.#address.since >= ADDRESS_FOR_MS) {
      const { host, resolve = lookup } = this.#options;
      const found = resolve(host).catch((error: unknown) => {
        this.#tell(error);
        return undefined;
      });
      this.#address = { found, since: now };
    }
    return this.#address.found;
  }

  #socket(family: number): Socket {
    const open = this.#sockets.get(family);
    if (open !== undefined) return open;
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    // Nothing that happens to a single packet may end the process.
    socket.on('error', (error) => this.#tell(error));
    this.#sockets.set(family, socket);
    return socket;
  }

  /** Once when it begins to fail, and once when it works again. */
  #tell(error: unknown): void {
    const isFailing = error !== undefined;
    if (isFailing === this.#isFailing || this.#isClosed) return;
    this.#isFailing = isFailing;
    const { host, port, log } = this.#options;
    if (isFailing) {
      const reason = error instanceof Error ? error.message : 'unknown';
      log.warn({ host, port, reason }, 'SIP messages cannot be sent to the HEP collector');
    } else log.info({ host, port }, 'SIP messages are sent to the HEP collector again');
  }
}
