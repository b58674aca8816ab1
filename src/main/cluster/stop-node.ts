import { within } from '../../concurrency/deadline.ts';
import type { LeaseKeeper } from '../../store/lease/lease-keeper.ts';
import { markDraining } from '../../store/lease/lease-table.ts';
import { sayState } from '../../store/lease/node-name.ts';
import { endCalls } from '../calls/stop.ts';
import type { Undo } from '../undo.ts';
import type { HeldSwitches } from './held-switches.ts';
import type { NodeFoundation } from './node-foundation.ts';

const CALLS_END_WITHIN_MS = 15_000;
const FLUSH_MS = 5_000;
/** How long the last node may take to say that it stops, when the database is slow. */
const SAY_WITHIN_MS = 3_000;

export interface StoppingNode {
  readonly node: NodeFoundation;
  readonly held: HeldSwitches;
  readonly keeper: LeaseKeeper;
  readonly undo: Undo;
  readonly drainMs: number;
}

/**
 * Stops a node. While another one is up, the switches are handed over with their calls, and its Asterisk goes on; the
 * last one lets its calls end, as a single Legwork does.
 */
export async function stopNode({ node, held, keeper, undo, drainMs }: StoppingNode): Promise<void> {
  const { looks, self, clock, asterisk } = node;
  keeper.takeSwitches(false);
  const said = async () => {
    await markDraining(looks, self.name);
    await sayState(looks, self, 'stopping');
    await keeper.lookNow();
  };
  await within(clock, SAY_WITHIN_MS, said, undefined);
  const others = keeper.view.nodes.filter(({ name, isLiving }) => isLiving && name !== self.name);
  if (others.length === 0) await endAll(node, held, drainMs);
  await held.handOverAll();
  if (others.length > 0 && asterisk.leave !== undefined) await asterisk.leave();
  else await asterisk.stop();
  await undo.run();
}

async function endAll({ clock }: NodeFoundation, held: HeldSwitches, drainMs: number): Promise<void> {
  const all = held.units.map(({ machinery }) => machinery);
  for (const { services } of all) {
    services.admission.close();
    services.pace.close();
  }
  const each = (work: (one: (typeof all)[number]) => Promise<unknown>) => () => Promise.all(all.map(work));
  await within(
    clock,
    drainMs,
    each(({ services }) => services.calls.empty()),
    undefined,
  );
  await within(
    clock,
    CALLS_END_WITHIN_MS,
    each(({ services }) => endCalls(services)),
    undefined,
  );
  await within(
    clock,
    FLUSH_MS,
    each(({ services }) => services.runs.idle()),
    undefined,
  );
  await within(
    clock,
    FLUSH_MS,
    each(({ services }) => Promise.all([services.recordings.idle(), services.streams.idle()])),
    undefined,
  );
  await within(
    clock,
    FLUSH_MS,
    each(({ dispatcher }) => dispatcher.idle()),
    undefined,
  );
}
