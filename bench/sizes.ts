/** How much is measured. */
export interface Sizes {
  readonly name: 'short' | 'full';
  readonly rounds: number;
  /** The rate at which delays and costs are compared, and for how long. */
  readonly perSecond: number;
  readonly seconds: number;
  /** How long each system gets the same load just before, so that its code is compiled. */
  readonly warmUpSeconds: number;
  readonly search: {
    /** How long each rate is tried. */
    readonly seconds: number;
    readonly precision: number;
    /** Whether the comparison systems are searched, too. */
    readonly all: boolean;
  };
  readonly heldCalls: number;
  readonly talks: number;
  readonly backlog: number;
  /** Undefined: not measured. */
  readonly overloadSeconds?: number;
  readonly soakMinutes?: number;
}

/** Under five minutes. */
export const SHORT: Sizes = {
  name: 'short',
  rounds: 1,
  perSecond: 20,
  seconds: 4,
  warmUpSeconds: 2,
  search: { seconds: 2.5, precision: 1.25, all: false },
  heldCalls: 500,
  talks: 20,
  backlog: 10_000,
};

/** About two hours. */
export const FULL: Sizes = {
  name: 'full',
  rounds: 3,
  perSecond: 20,
  seconds: 15,
  warmUpSeconds: 8,
  search: { seconds: 6, precision: 1.15, all: true },
  heldCalls: 500,
  talks: 50,
  backlog: 100_000,
  overloadSeconds: 30,
  soakMinutes: 30,
};
