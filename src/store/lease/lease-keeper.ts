import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import { HeldLease } from './held-lease.ts';
import {
  givesBack,
  LEASE_TIMES,
  livingNodes,
  markOf,
  mayTake,
  seen,
  type Sighting,
  type Taker,
  unchangedMs,
} from './lease-rules.ts';
import type { LeaseSession } from './lease-session.ts';
import { type ClusterNode, type ClusterSwitch, look, reached, release, renew, take } from './lease-table.ts';

/** What the cluster looks like to this node. */
export interface ClusterView {
  readonly nodes: readonly (ClusterNode & { readonly isLiving: boolean; readonly unchangedMs: number })[];
  readonly switches: readonly ClusterSwitch[];
}

export interface KeeperOptions {
  /** For renewals alone. */
  readonly renewals: LeaseSession;
  /** For everything else: a look that waits does not hold up a renewal. */
  readonly looks: LeaseSession;
  readonly node: Pick<ClusterNode, 'name' | 'instance'>;
  /** The machine's own, steady one. */
  readonly clock: Clock;
  readonly log: Log;
  /** What a held switch says of itself with each renewal. */
  readonly stateOf: (switchId: string) => { readonly room: number; readonly state: 'up' | 'down' };
  /** A switch was taken. Must not reject. `former`: who held it before, if that was another node. */
  readonly onTaken: (lease: HeldLease, row: ClusterSwitch, former: string | undefined) => void;
  /** A switch is asked for by the node that it belongs to: it is to be given up. */
  readonly onWanted: (switchId: string) => void;
  /** The time of the database, at a moment of our steady clock. */
  readonly onTime: (databaseNow: number, at: number) => void;
  /** Another process has our name. */
  readonly onNameLost: () => void;
}

const EMPTY: ClusterView = { nodes: [], switches: [] };

/** Renews this node's leases, looks at those of the others, and takes what nobody holds. */
export class LeaseKeeper {
  readonly #options: KeeperOptions;
  readonly #held = new Map<string, HeldLease>();
  /** Those that are being given up: their rows still name us. */
  readonly #leaving = new Set<string>();
  readonly #ended = new AbortController();
  #seenNodes: ReadonlyMap<string, Sighting> = new Map();
  #seenSwitches: ReadonlyMap<string, Sighting> = new Map();
  #view = EMPTY;
  #running: Promise<unknown> = Promise.resolve();
  #takes = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** What was seen last. */
  get view(): ClusterView {
    return this.#view;
  }

  get held(): readonly HeldLease[] {
    return [...this.#held.values()];
  }

  lease(switchId: string): HeldLease | undefined {
    return this.#held.get(switchId);
  }

  /** Renews from now on; takes switches only when told to. */
  start(): void {
    this.#running = Promise.all([this.#repeat(LEASE_TIMES.renewEachMs, () => this.#renew()), this.#watch()]);
  }

  /** Whether it takes switches that nobody holds. */
  takeSwitches(takes: boolean): void {
    this.#takes = takes;
  }

  /** Renews at once; after a doubt, for example. */
  async renewNow(): Promise<void> {
    await this.#renew();
  }

  /** Looks at once: another node may have left a moment ago. */
  async lookNow(): Promise<void> {
    await this.#look();
  }

  /** Gives a switch up, after everything that acted for it has ended. */
  async giveUp(switchId: string, how: { readonly unreachable?: boolean } = {}): Promise<void> {
    const lease = this.#held.get(switchId);
    if (lease === undefined) return;
    this.#held.delete(switchId);
    this.#leaving.add(switchId);
    lease.lose();
    const { looks, node, log } = this.#options;
    try {
      await release(looks, { id: switchId, epoch: lease.scope.epoch }, { name: node.name, ...how });
    } catch (error) {
      const reason = String(error);
      log.warn({ switch: switchId, reason }, 'A lease could not be given up; it will run out');
    }
    this.#leaving.delete(switchId);
  }

  /** A switch was reached: nodes that could not reach it before may try again. */
  async reached(switchId: string): Promise<void> {
    const { looks, log } = this.#options;
    await reached(looks, switchId).catch((error: unknown) =>
      log.debug(
        { switch: switchId, reason: String(error) },
        'It could not be written that a switch was reached',
      ),
    );
  }

  /** Renews and takes nothing any more; what is held runs out. */
  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#running;
  }

  async #watch(): Promise<void> {
    await this.#repeat(LEASE_TIMES.lookEachMs, () => this.#look());
  }

  async #repeat(everyMs: number, work: () => Promise<void>): Promise<void> {
    const { clock } = this.#options;
    while (!this.#ended.signal.aborted) {
      const began = clock.steady();
      await work();
      await clock.sleep(Math.max(0, began + everyMs - clock.steady()), this.#ended.signal);
    }
  }

  async #renew(): Promise<void> {
    const { renewals, node, clock, log, stateOf, onTime, onNameLost } = this.#options;
    const leases = this.held;
    const asked = leases.map(({ scope: { switchId: id, epoch } }) => ({ id, epoch, ...stateOf(id) }));
    const sentAt = clock.steady();
    try {
      const renewed = await renew(renewals, node, asked);
      onTime(renewed.now, (sentAt + clock.steady()) / 2);
      if (!renewed.isOurs) return onNameLost();
      for (const lease of leases) {
        if (renewed.held.includes(lease.scope.switchId)) lease.renewed(sentAt);
        else this.#lose(lease);
      }
    } catch (error) {
      log.warn({ reason: String(error) }, 'The leases could not be renewed');
    }
  }

  #lose(lease: HeldLease): void {
    const { switchId } = lease.scope;
    if (this.#held.get(switchId) !== lease) return;
    this.#held.delete(switchId);
    this.#options.log.warn({ switch: switchId }, 'Another node has this switch now');
    lease.lose();
  }

  async #look(): Promise<void> {
    const { looks, clock, log, node } = this.#options;
    try {
      const { nodes, switches } = await look(looks);
      const now = clock.steady();
      this.#seenNodes = seen(
        this.#seenNodes,
        marksOf(nodes, ({ name }) => name),
        now,
      );
      this.#seenSwitches = seen(
        this.#seenSwitches,
        marksOf(switches, ({ id }) => id),
        now,
      );
      const living = livingNodes(nodes, this.#seenNodes, now);
      this.#view = {
        nodes: nodes.map((one) => ({
          ...one,
          isLiving: living.has(one.name),
          unchangedMs: unchangedMs(this.#seenNodes.get(one.name), now),
        })),
        switches,
      };
      const taker = { name: node.name, held: new Set(this.#held.keys()), living };
      if (this.#takes) await this.#decide(switches, taker, now);
    } catch (error) {
      log.debug({ reason: String(error) }, 'The switches could not be looked at');
    }
  }

  async #decide(switches: readonly ClusterSwitch[], taker: Taker, now: number): Promise<void> {
    const { onWanted } = this.#options;
    for (const row of switches) {
      const unchanged = unchangedMs(this.#seenSwitches.get(row.id), now);
      // Only of what we hold: by this row, and by what we know.
      if (row.node === taker.name && this.#held.has(row.id) && givesBack(row, taker)) onWanted(row.id);
      else if (!this.#leaving.has(row.id) && mayTake(row, unchanged, taker)) await this.#take(row);
    }
  }

  async #take(row: ClusterSwitch): Promise<void> {
    const { looks, node, clock, log, onTaken } = this.#options;
    const sentAt = clock.steady();
    const epoch = await take(looks, row, node.name);
    if (epoch === undefined) return;
    const lease = new HeldLease({ switchId: row.id, node: node.name, epoch }, clock, sentAt);
    this.#held.set(row.id, lease);
    const former = row.node === undefined || row.node === node.name ? undefined : row.node;
    log.info({ switch: row.id, epoch, former }, 'This node took a switch');
    onTaken(lease, row, former);
  }
}

function marksOf<T extends Parameters<typeof markOf>[0]>(
  rows: readonly T[],
  id: (row: T) => string,
): ReadonlyMap<string, string> {
  return new Map(rows.map((row) => [id(row), markOf(row)]));
}
