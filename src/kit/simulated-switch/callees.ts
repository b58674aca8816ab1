import type { DialTarget, PlaceOrder } from '../../call/call-control.ts';

/** A phone of somebody who is called. After its leg has ended nothing that it does has an effect. */
export interface RungPhone {
  readonly callSid: string;
  /** Whose it is. */
  readonly callee: Callee;
  /** What the INVITE says. */
  readonly order: Pick<PlaceOrder, 'from' | 'callerName' | 'headers'>;
  /** Aborted when its leg has ended. */
  readonly gone: AbortSignal;
  /** Resolves when it talks to the caller; for a call over REST, when it has answered. Perhaps never. */
  readonly talks: Promise<void>;
  /** Sends 180. */
  ring(): void;
  /** Sends 200. */
  answer(): void;
  /** Refuses with this SIP status. */
  refuse(sipStatus: number): void;
  /** Nobody is there to be rung: the client has no registered phone. */
  isNotRegistered(): void;
  hangUp(): void;
}

/** Whom an INVITE goes to. */
export interface Callee {
  readonly kind: 'client' | 'number' | 'sip';
  /** The login, the number as it goes out, or the SIP URI. */
  readonly name: string;
}

/** Whoever has the phones that outbound legs ring. */
export interface Callees {
  /** A leg rings this phone, which does what it likes, now or later. */
  rung(phone: RungPhone): void;
}

export function calleeOf(target: DialTarget): Callee {
  switch (target.kind) {
    case 'client':
      return { kind: 'client', name: target.login };
    case 'sip':
      return { kind: 'sip', name: target.uri };
    case 'trunk':
      return { kind: 'number', name: target.number };
  }
}
