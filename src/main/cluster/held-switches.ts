import type { Log } from '../../concurrency/log.ts';
import type { HeldLease } from '../../store/lease/held-lease.ts';
import type { ClusterSwitch } from '../../store/lease/lease-table.ts';
import type { LeaseKeeper } from '../../store/lease/lease-keeper.ts';
import type { NodeFoundation } from './node-foundation.ts';
import { buildUnit, drop, goOn, goOnWithout, handOver, type SwitchUnit } from './switch-unit.ts';

/** The switches that this node drives, from the moment when one is taken until it is given up or lost. */
export class HeldSwitches {
  readonly #node: NodeFoundation;
  readonly #log: Log;
  readonly #units = new Map<string, SwitchUnit>();
  /** Those that go on with their calls already. */
  readonly #ready = new WeakSet<SwitchUnit>();
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #listeners = new Set<() => void>();
  #keeper: LeaseKeeper | undefined;
  #takeovers = 0;

  constructor(node: NodeFoundation) {
    this.#node = node;
    this.#log = node.log;
  }

  /** Known later, because it tells this what it takes. */
  connect(keeper: LeaseKeeper): void {
    this.#keeper = keeper;
  }

  /** All of them, also those whose calls do not go on yet. */
  get units(): readonly SwitchUnit[] {
    return [...this.#units.values()].filter(({ lease }) => !lease.lost.aborted);
  }

  /** Those that go on with their calls: they can take and change calls. */
  get ready(): readonly SwitchUnit[] {
    return this.units.filter((unit) => this.#ready.has(unit));
  }

  /** One of those that are ready. */
  unit(switchId: string): SwitchUnit | undefined {
    return this.ready.find(({ id }) => id === switchId);
  }

  /** How many were taken from another node. */
  get takeovers(): number {
    return this.#takeovers;
  }

  /** Calls `listener` whenever one is ready, or is no longer. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What one says of itself with each renewal. */
  stateOf(switchId: string): { readonly room: number; readonly state: 'up' | 'down' } {
    const unit = this.unit(switchId);
    if (unit === undefined || unit.foundation.ari.state() !== 'up') return { room: 0, state: 'down' };
    return { room: roomOf(unit, this.#node.config.maxCalls), state: 'up' };
  }

  /** Goes on with its calls. Never rejects. */
  async taken(lease: HeldLease, row: ClusterSwitch, former: string | undefined): Promise<void> {
    if (former !== undefined) this.#takeovers += 1;
    try {
      await this.#goOn(lease, row, former);
    } catch (error) {
      if (lease.lost.aborted) return;
      this.#log.error({ switch: row.id, err: error }, 'A switch could not be taken up');
      await this.#leave(row.id, { isOrderly: false });
    }
  }

  /** Gives one up in an orderly way. */
  async handOver(switchId: string): Promise<void> {
    await this.#leave(switchId, { isOrderly: true });
  }

  async handOverAll(): Promise<void> {
    const ids = (this.#keeper?.held ?? []).map(({ scope }) => scope.switchId);
    await Promise.all(ids.map((id) => this.handOver(id)));
  }

  async #goOn(lease: HeldLease, row: ClusterSwitch, former: string | undefined): Promise<void> {
    await this.#leaving.get(row.id);
    const unit = await buildUnit(this.#node, lease, row);
    lease.lost.addEventListener('abort', () => this.#forget(unit));
    if (lease.lost.aborted) return drop(unit);
    this.#units.set(row.id, unit);
    if (await goOn(unit, former)) await this.#keeper?.reached(row.id);
    else if (this.#isLast(row)) await goOnWithout(unit);
    else return await this.#leave(row.id, { isOrderly: true, unreachable: true });
    if (lease.lost.aborted) return;
    this.#ready.add(unit);
    void this.#keeper?.renewNow();
    this.#log.info(
      { switch: row.id, calls: unit.machinery.services.calls.size },
      'This node drives a switch',
    );
    this.#tell();
  }

  /** Whether every other living node has tried in vain. */
  #isLast({ unreachableFrom }: ClusterSwitch): boolean {
    const { name } = this.#node.self;
    const nodes = this.#keeper?.view.nodes ?? [];
    return nodes.every((one) => one.name === name || !one.isLiving || unreachableFrom.includes(one.name));
  }

  #leave(
    switchId: string,
    how: { readonly isOrderly: boolean; readonly unreachable?: boolean },
  ): Promise<void> {
    const known = this.#leaving.get(switchId);
    if (known !== undefined) return known;
    const leaving = this.#left(switchId, how).finally(() => this.#leaving.delete(switchId));
    this.#leaving.set(switchId, leaving);
    return leaving;
  }

  async #left(
    switchId: string,
    { isOrderly, unreachable = false }: { readonly isOrderly: boolean; readonly unreachable?: boolean },
  ): Promise<void> {
    const unit = this.#units.get(switchId);
    if (unit !== undefined && isOrderly) await handOver(unit);
    await this.#keeper?.giveUp(switchId, { unreachable });
    if (unit !== undefined) this.#forget(unit);
  }

  #forget(unit: SwitchUnit): void {
    if (this.#units.get(unit.id) === unit) this.#units.delete(unit.id);
    drop(unit);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** How many more calls a switch takes. */
export function roomOf({ machinery }: SwitchUnit, maxCalls: number): number {
  const { admission, calls } = machinery.services;
  if (!admission.hasRoom()) return 0;
  const running = calls.all().filter(({ leg }) => leg.parentCallSid === undefined).length;
  return Math.max(0, maxCalls - running);
}
