import type { SipAddress } from '../load/sip-address.ts';
import type { Parts } from '../load/cpu-time.ts';

/** What a caller can dial. */
export type Service = 'inbound' | 'dial' | 'say' | 'gather' | 'record';

/** Something that handles calls on the shared Asterisk. */
export interface System {
  readonly name: string;
  /** Where its callers call from. */
  readonly caller: SipAddress;
  /** Where its callees listen. */
  readonly callee: SipAddress;
  /** Its processes: `controller`, `database`. */
  readonly parts: Parts;
  /** How many callbacks it owes for an answered inbound call. */
  readonly callbacksPerCall: number;
  readonly legwork?: LegworkInside;
  /** The number of a service. */
  number(service: Service): string;
  /** Resolves when no call is live and nothing is owed; false when that takes too long. */
  quiet(): Promise<boolean>;
  stop(): Promise<void>;
}

/** What only Legwork can be asked. */
export interface LegworkInside {
  readonly account: { readonly url: string; readonly accountSid: string; readonly authToken: string };
  /** Since Legwork began. */
  counts(): Promise<StatementCounts>;
  /** After a garbage collection, which throws away compiled code as well: what is measured next is slower. */
  memory(): Promise<MemoryInUse>;
}

export interface StatementCounts {
  readonly statements: number;
  readonly transactions: number;
}

export interface MemoryInUse {
  readonly residentBytes: number;
  readonly heapBytes: number;
}

const SERVICES: Readonly<Record<Service, string>> = {
  inbound: '000',
  dial: '001',
  say: '002',
  gather: '003',
  record: '004',
};

export function numberOf(digit: number, service: Service): string {
  return `${digit}${SERVICES[service]}`;
}
