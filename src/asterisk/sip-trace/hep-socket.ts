import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type HepPacket, readHep } from './hep.ts';

export interface HepSocketOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Packets without it are ignored; undefined: any program of this machine may send. */
  readonly password: string | undefined;
  readonly onPacket: (packet: HepPacket) => void;
}

/** Where Asterisk sends its SIP messages. */
export interface HepSocket {
  readonly port: number;
  close(): void;
}

const LOOPBACK = '127.0.0.1';
/** For bursts while the process is busy; the system may give less. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** Listens for HEP on loopback. Rejects when the port is taken. */
export async function openHepSocket({ port, password, onPacket }: HepSocketOptions): Promise<HepSocket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES });
  socket.on('message', (bytes) => {
    const packet = readHep(bytes);
    if (packet === undefined || (password !== undefined && packet.password !== password)) return;
    onPacket(packet);
  });
  try {
    socket.bind({ port, address: LOOPBACK, exclusive: true });
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
  // Nothing that happens to a single packet may end the process.
  socket.on('error', () => undefined);
  return { port: (socket.address() as AddressInfo).port, close: () => void socket.close() };
}
