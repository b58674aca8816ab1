import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import type { Clock } from '../concurrency/clock.ts';
import { HEALTH_ENDPOINT } from '../call/routing/sip-names.ts';

const DEADLINE_MS = 2_000;
/** RFC 3261 timer T1, because a UDP request may get lost. */
const RETRANSMIT_MS = 500;

/** Sends OPTIONS to Asterisk's SIP port: true if it answers at all, whatever the answer is. */
export function isSipAlive(
  address: { readonly host: string; readonly port: number },
  clock: Clock,
): Promise<boolean> {
  const host = reachable(address.host);
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    let stopTimer: () => void = () => undefined;
    const finish = (alive: boolean) => {
      stopTimer();
      stopDeadline();
      socket.removeAllListeners();
      socket.close();
      resolve(alive);
    };
    const stopDeadline = clock.after(DEADLINE_MS, () => finish(false));
    socket.on('error', () => finish(false));
    socket.on('message', (message) => {
      if (/^SIP\/2\.0 \d{3} /.test(message.toString('latin1'))) finish(true);
    });
    // The socket is connected, so that an ICMP refusal becomes an error at once.
    socket.connect(address.port, host, () => {
      const request = optionsRequest(host, address.port, socket.address());
      const send = () => {
        socket.send(request);
        stopTimer = clock.after(RETRANSMIT_MS, send);
      };
      send();
    });
  });
}

function optionsRequest(host: string, port: number, local: { address: string; port: number }): string {
  const random = crypto.randomUUID().replaceAll('-', '');
  const target = `sip:${bracketed(host)}:${port}`;
  const here = `${bracketed(local.address)}:${local.port}`;
  return [
    `OPTIONS ${target} SIP/2.0`,
    `Via: SIP/2.0/UDP ${here};branch=z9hG4bK${random};rport`,
    'Max-Forwards: 1',
    `From: <sip:${HEALTH_ENDPOINT}@${here}>;tag=${random.slice(0, 10)}`,
    `To: <${target}>`,
    `Call-ID: ${random}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

/** Nothing can be sent to a wildcard address. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
