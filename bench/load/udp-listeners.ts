import { readFile } from 'node:fs/promises';
import type { SipAddress } from './sip-address.ts';

/** Whether somebody listens at a UDP address, without trying it: who tries takes the port for a moment. */
export async function isListening(address: SipAddress): Promise<boolean> {
  return hasListener(await readFile('/proc/net/udp', 'utf8'), address);
}

/** Looks for an IPv4 address in the text of `/proc/net/udp`, which has it in hexadecimal, its last byte first. */
export function hasListener(table: string, { host, port }: SipAddress): boolean {
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
  const bytes = host.split('.').toReversed().map(Number);
  const local = `${bytes.map((byte) => hex(byte, 2)).join('')}:${hex(port, 4)}`;
  return table.split('\n').some((line) => line.trim().split(/\s+/)[1] === local);
}
