import { randomBytes } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import {
  type Connection,
  makeResponse,
  makeTransactionLayer,
  parse,
  type SipMessage,
  type SipParams,
  type SipRequest,
  type SipResponse,
  stringify,
} from 'sip';

export interface SipAddress {
  readonly host: string;
  readonly port: number;
}

export interface SipSocketEvents {
  /** A request that begins a transaction, or an ACK for a 2xx. `text` is the message as it came. */
  onRequest(request: SipRequest, text: string): void;
  /** Every message, for traces. */
  onTrace?: ((direction: 'sent' | 'received', text: string) => void) | undefined;
}

/**
 * One UDP socket with its transactions. The package's own `create` is not used: it cannot bind to a free port or report
 * that a port is taken, it mistakes its own address for one of its flow tokens (so phones at one address could not call
 * each other), and it replaces a real 503 by one without headers.
 */
export class SipSocket {
  readonly #socket: Socket;
  readonly #events: SipSocketEvents;
  readonly #transactions = makeTransactionLayer({}, () => undefined);
  #closed = false;

  private constructor(socket: Socket, events: SipSocketEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on('message', (datagram, from) => this.#receive(datagram, from));
  }

  static async open(local: SipAddress, events: SipSocketEvents): Promise<SipSocket> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(local.port, local.host, () => {
        socket.off('error', reject);
        // Later errors concern single datagrams; the transaction's timer deals with them.
        socket.on('error', () => undefined);
        resolve();
      });
    });
    return new SipSocket(socket, events);
  }

  get address(): SipAddress {
    const { address, port } = this.#socket.address();
    return { host: address, port };
  }

  /** Starts a client transaction. If nobody answers the request, the transaction itself gives a 408 after 32 s. */
  send(request: SipRequest, to: SipAddress, onResponse: (response: SipResponse) => void): void {
    if (this.#closed) return;
    if (request.method !== 'CANCEL') request.headers.via = [this.#newVia()];
    this.#transactions.createClientTransaction(this.#connection(to), request, onResponse);
  }

  /** Sends an ACK for a 2xx, which is not a transaction (RFC 3261 13.2.2.4). */
  sendAck(ack: SipRequest, to: SipAddress): void {
    ack.headers.via = [this.#newVia()];
    this.#write(ack, to);
  }

  respond(response: SipResponse): void {
    this.#transactions.getServer(response)?.send(response);
  }

  /** Closes the socket and leaves no timer behind. */
  async close(): Promise<void> {
    if (this.#closed) return;
    // A client transaction begins in the next tick. If it were ended before that, it would still set its timers.
    await new Promise((resolve) => setImmediate(resolve));
    this.#closed = true;
    this.#transactions.destroy();
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #newVia() {
    const { host, port } = this.address;
    return { version: '2.0', protocol: 'UDP', host, port, params: fixedBranchParams() };
  }

  #connection(to: SipAddress): Connection {
    return { protocol: 'UDP', send: (message) => this.#write(message, to), release: () => undefined };
  }

  #write(message: SipMessage, to: SipAddress): void {
    if (this.#closed) return;
    const text = stringify(message);
    this.#events.onTrace?.('sent', text);
    this.#socket.send(Buffer.from(text, 'latin1'), to.port, to.host);
  }

  #receive(datagram: Buffer, from: RemoteInfo): void {
    const message = parse(datagram);
    if (this.#closed || message === undefined || !isComplete(message)) return;
    const text = datagram.toString('utf8');
    this.#events.onTrace?.('received', text);
    if (message.method === undefined) {
      this.#transactions.getClient(message)?.message(message, from);
      return;
    }
    const via = message.headers.via[0];
    if (via !== undefined) {
      via.params['received'] = from.address;
      if ('rport' in via.params) via.params['rport'] = String(from.port);
    }
    const transaction = this.#transactions.getServer(message);
    if (transaction !== undefined) {
      transaction.message(message, from);
      return;
    }
    if (message.method !== 'ACK') {
      const created = this.#transactions.createServerTransaction(
        message,
        this.#connection({ host: from.address, port: from.port }),
      );
      if (message.method === 'INVITE') created.send(makeResponse(message, 100, 'Trying'));
    }
    this.#events.onRequest(message, text);
  }
}

/**
 * The transaction layer makes branches with only a million values. Asterisk tells the transactions of all phones apart
 * by their branch alone, so those of two phones would collide. This branch cannot be overwritten.
 */
function fixedBranchParams(): SipParams {
  const branch = `z9hG4bK${randomBytes(12).toString('hex')}`;
  return Object.defineProperty({ rport: null } as SipParams, 'branch', {
    get: () => branch,
    set: (_overwritten) => {},
    enumerable: true,
  });
}

/** Whether a message has the headers that matter: the parser leaves out those that it does not understand. */
function isComplete(message: SipMessage): boolean {
  const { via, to, from, cseq, 'call-id': callId } = message.headers as Partial<SipMessage['headers']>;
  return [via?.[0], to, from, cseq, callId].every((header) => header !== undefined);
}
