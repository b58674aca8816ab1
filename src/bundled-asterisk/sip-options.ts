import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../concurrency/clock.ts';

/** Where OPTIONS is sent, and how it introduces us. */
export interface OptionsOrder {
  /** An address. */
  readonly host: string;
  readonly port: number;
  readonly transport?: 'udp' | 'tcp' | 'tls';
  /** The user in From. */
  readonly user: string;
  /** The domain in From; our address when it is not given. */
  readonly domain?: string | undefined;
  /** What the request is for, where it is a name; the address when it is not given. */
  readonly name?: string | undefined;
  /** Our address; whichever leads there when it is not given. */
  readonly localAddress?: string | undefined;
  readonly maxForwards?: number;
  readonly deadlineMs: number;
}

export type OptionsResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly reason: string;
      /** What the other side calls itself. */
      readonly server: string | undefined;
      readonly ms: number;
    }
  | { readonly kind: 'silent' }
  /** `code`: the system's, such as ECONNREFUSED. */
  | { readonly kind: 'unreachable'; readonly code: string };

/** A connection over which requests are sent and answers come. */
interface Line {
  readonly local: { readonly address: string; readonly port: number };
  send(text: string): void;
}

/** How to open one: what is told to the handlers comes at most until `close`. */
interface Handlers {
  readonly open: (line: Line) => void;
  readonly heard: (text: string) => void;
  readonly failed: (error: NodeJS.ErrnoException) => void;
}

/** RFC 3261 timer T1, because a UDP request may get lost. */
const RETRANSMIT_MS = 500;
const FINAL_ANSWER = /^SIP\/2\.0 ([2-6]\d{2}) ?([^\r\n]*)/;
const SERVER = /^(?:server|user-agent)[ \t]*:[ \t]*([^\r\n]*)/im;
/** No head of an answer is longer. */
const LONGEST_ANSWER = 65_536;

/** Sends OPTIONS and waits for a final answer, whatever it is. Never rejects. */
export function sendOptions(order: OptionsOrder, clock: Clock): Promise<OptionsResult> {
  const began = clock.steady();
  return new Promise((resolve) => {
    let stopTimer: () => void = () => undefined;
    let close: () => void = () => undefined;
    const finish = (result: OptionsResult) => {
      stopTimer();
      stopDeadline();
      close();
      resolve(result);
    };
    const stopDeadline = clock.after(order.deadlineMs, () => finish({ kind: 'silent' }));
    close = openLine(order, {
      open(line) {
        const request = optionsRequest(order, line.local);
        const send = () => {
          line.send(request);
          if (order.transport === undefined || order.transport === 'udp')
            stopTimer = clock.after(RETRANSMIT_MS, send);
        };
        send();
      },
      heard(text) {
        const [, status, reason = ''] = FINAL_ANSWER.exec(text) ?? [];
        if (status === undefined) return;
        const server = SERVER.exec(text)?.[1];
        const ms = clock.steady() - began;
        finish({ kind: 'answered', status: Number(status), reason, server, ms });
      },
      failed: (error) => finish({ kind: 'unreachable', code: error.code ?? 'EUNKNOWN' }),
    });
  });
}

function openLine(order: OptionsOrder, handlers: Handlers): () => void {
  return order.transport === 'tcp' || order.transport === 'tls'
    ? openStream(order, handlers)
    : openUdp(order, handlers);
}

function openUdp({ host, port, localAddress }: OptionsOrder, { open, heard, failed }: Handlers): () => void {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  socket.on('error', failed);
  socket.on('message', (message) => heard(message.toString('latin1')));
  // The socket is connected, so that an ICMP refusal becomes an error at once.
  const connect = () =>
    socket.connect(port, host, () => open({ local: socket.address(), send: (text) => socket.send(text) }));
  if (localAddress === undefined) connect();
  else socket.bind({ address: localAddress }, connect);
  return () => {
    socket.removeAllListeners();
    socket.on('error', () => undefined);
    socket.close();
  };
}

function openStream(order: OptionsOrder, { open, heard, failed }: Handlers): () => void {
  const { host, port, transport, localAddress, name } = order;
  const where = { host, port, ...(localAddress === undefined ? {} : { localAddress }) };
  // Asterisk does not check the certificates of trunks either.
  const servername = name === undefined || isIP(name) !== 0 ? '' : name;
  const socket: Socket =
    transport === 'tls' ? connectTls({ ...where, servername, rejectUnauthorized: false }) : connectTcp(where);
  let text = '';
  socket.on('error', failed);
  socket.on('end', () => failed({ name: 'Error', message: '', code: 'ECONNRESET' }));
  socket.on('data', (bytes) => {
    text = `${text}${bytes.toString('latin1')}`.slice(0, LONGEST_ANSWER);
    if (text.includes('\r\n\r\n')) heard(text);
  });
  socket.on(transport === 'tls' ? 'secureConnect' : 'connect', () => {
    const { localAddress: address = host, localPort = 0 } = socket;
    open({ local: { address, port: localPort }, send: (request) => void socket.write(request) });
  });
  return () => {
    socket.removeAllListeners();
    socket.on('error', () => undefined);
    socket.destroy();
  };
}

function optionsRequest(order: OptionsOrder, local: Line['local']): string {
  const { host, port, transport = 'udp', user, domain, name = host, maxForwards = 70 } = order;
  const random = crypto.randomUUID().replaceAll('-', '');
  const target = `sip:${bracketed(name)}:${port}${transport === 'udp' ? '' : `;transport=${transport}`}`;
  const here = `${bracketed(local.address)}:${local.port}`;
  return [
    `OPTIONS ${target} SIP/2.0`,
    `Via: SIP/2.0/${transport.toUpperCase()} ${here};branch=z9hG4bK${random};rport`,
    `Max-Forwards: ${maxForwards}`,
    `From: <sip:${user}@${domain ?? here}>;tag=${random.slice(0, 10)}`,
    `To: <${target}>`,
    `Call-ID: ${random}`,
    'CSeq: 1 OPTIONS',
    `Contact: <sip:${user}@${here}>`,
    'Accept: application/sdp',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
