/** The times of leases. No clock of two machines is compared: each counts by its own steady clock. */
export const LEASE_TIMES = {
  /** How often a holder renews. */
  renewEachMs: 2_000,
  /** How long a renewal may take. */
  renewWithinMs: 1_500,
  /** The holder stops driving so long after it *sent* its last renewal that succeeded. */
  holdMs: 8_000,
  /** A taker has seen a lease unchanged for so long. It is the longer by more than a request may be on its way. */
  takeAfterMs: 11_000,
  /** How often nodes look at the switches and at each other. */
  lookEachMs: 500,
} as const;

/** A node that is not the switch's own waits so long before it takes one that nobody holds: its own may be starting. */
const OWN_FIRST_MS = 3_000;
/** Of several takers, those that hold fewer switches come first. */
const PER_HELD_MS = 400;

/** A switch as its row says. */
export interface SwitchRow {
  readonly id: string;
  /** The name of the node that holds it; undefined: nobody does. */
  readonly node: string | undefined;
  readonly epoch: number;
  readonly renewals: number;
  readonly draining: boolean;
  /** Nodes that could not reach it since somebody last did. */
  readonly unreachableFrom: readonly string[];
}

/** A node as its row says. */
export interface NodeRow {
  readonly name: string;
  readonly instance: string;
  readonly renewals: number;
  readonly state: 'starting' | 'up' | 'stopping';
}

/** When something was last seen to change, by our steady clock. */
export interface Sighting {
  readonly mark: string;
  readonly since: number;
}

/** What a row that is renewed looks like: the same as long as nobody does. */
export function markOf(row: Pick<SwitchRow, 'node' | 'epoch' | 'renewals'> | NodeRow): string {
  return 'epoch' in row
    ? `${row.node ?? ''} ${row.epoch} ${row.renewals}`
    : `${row.instance} ${row.renewals}`;
}

/** The sightings after another look: rows that are gone are forgotten, changed ones begin anew. */
export function seen(
  before: ReadonlyMap<string, Sighting>,
  rows: ReadonlyMap<string, string>,
  now: number,
): ReadonlyMap<string, Sighting> {
  return new Map(
    [...rows].map(([id, mark]) => {
      const known = before.get(id);
      return [id, known?.mark === mark ? known : { mark, since: now }];
    }),
  );
}

/** How long a row has been seen unchanged; none for one that was never seen. */
export function unchangedMs(sighting: Sighting | undefined, now: number): number {
  return sighting === undefined ? 0 : now - sighting.since;
}

/** Whether a holder may still drive: `sentAt` is when its last renewal that succeeded was sent. */
export function mayDrive(sentAt: number | undefined, now: number): boolean {
  return sentAt !== undefined && now - sentAt < LEASE_TIMES.holdMs;
}

/** The node that decides whether to take a switch. */
export interface Taker {
  readonly name: string;
  /** The switches that it holds now. */
  readonly held: ReadonlySet<string>;
  /** The names of the nodes that are up and alive, as far as it sees; without itself it takes nothing. */
  readonly living: ReadonlySet<string>;
}

/**
 * Whether this node takes the switch now. A switch belongs to the node of its name: others leave it to that node for a
 * moment while nobody holds it.
 */
export function mayTake(row: SwitchRow, unchanged: number, taker: Taker): boolean {
  if (!taker.living.has(taker.name) || taker.held.has(row.id)) return false;
  if (hasFailed(row, taker)) return false;
  const isOwn = row.id === taker.name;
  // A node that does not know of it any more is the successor of the process that held it.
  if (row.node === taker.name) return true;
  const later = taker.held.size * PER_HELD_MS;
  if (row.node !== undefined) return unchanged >= LEASE_TIMES.takeAfterMs + (isOwn ? 0 : later);
  if (isOwn) return true;
  const patience = taker.living.has(row.id) ? OWN_FIRST_MS : 0;
  return unchanged >= patience + later;
}

/** It could not reach the switch, and another node that is alive has not tried yet. */
function hasFailed({ unreachableFrom }: SwitchRow, { name, living }: Taker): boolean {
  if (!unreachableFrom.includes(name)) return false;
  return [...living].some((one) => !unreachableFrom.includes(one));
}

/** Whether a holder gives a switch back: the node that it belongs to is up, and takes it at once. */
export function givesBack(row: SwitchRow, { name, living }: Taker): boolean {
  return row.id !== name && living.has(row.id) && !row.unreachableFrom.includes(row.id);
}

/** The nodes that are up, as far as they have been seen to be alive. */
export function livingNodes(
  nodes: readonly NodeRow[],
  sightings: ReadonlyMap<string, Sighting>,
  now: number,
): ReadonlySet<string> {
  const living = nodes.filter(
    ({ name, state }) => state === 'up' && unchangedMs(sightings.get(name), now) < LEASE_TIMES.takeAfterMs,
  );
  return new Set(living.map(({ name }) => name));
}
