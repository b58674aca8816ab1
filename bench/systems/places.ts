/** Where a system's calls come from and go to. The first digit of a number that is called says which system gets it. */
export interface Place {
  readonly digit: number;
  /** A loopback address of its own: the callers are recognised by it. */
  readonly callerHost: string;
  /** Where its callees listen. */
  readonly calleeHost: string;
}

export const PLACES = {
  dialplan: place(1),
  bareAri: place(2),
  minimalRcml: place(3),
  bareDial: place(4),
  legworkSqlite: place(5),
  legworkPostgres: place(6),
  legworkAsInstalled: place(7),
} as const;

/** The callers of the systems that are not Legwork, which makes trunks for its own. */
export const PLAIN_CALLERS = [PLACES.dialplan, PLACES.bareAri, PLACES.minimalRcml, PLACES.bareDial].map(
  ({ callerHost }) => callerHost,
);

/** The Stasis application that gets the calls to numbers with this first digit. */
export function stasisApp(digit: number | string): string {
  return `bench-${digit}`;
}

function place(digit: number): Place {
  return { digit, callerHost: `127.0.20.${digit}`, calleeHost: `127.0.21.${digit}` };
}
