import type { Clock } from '../../concurrency/clock.ts';
import { LEASE_TIMES } from './lease-rules.ts';
import type { LeaseSession } from './lease-session.ts';
import type { ClusterNode } from './lease-table.ts';

/** Another process has this name, and is alive. */
export class NodeNameTakenError extends Error {
  constructor({ name, host, pid }: Pick<ClusterNode, 'name' | 'host' | 'pid'>) {
    super(`NODE_NAME "${name}" belongs to another node that is running (pid ${pid} on host ${host})`);
    this.name = 'NodeNameTakenError';
  }
}

/** A little longer than a taker of its switches would wait. */
const PATIENCE_MS = LEASE_TIMES.takeAfterMs + 1_000;
const LOOK_AGAIN_MS = 500;

export interface NameOptions {
  readonly clock: Clock;
  /** Whether a process of this machine is there. */
  readonly isRunning: (pid: number) => boolean;
  /** Told when it has to wait until a former process is known to be dead. */
  readonly waiting: () => void;
}

/**
 * Takes a name for this process: a free one, or one whose process is dead, which is known at once on the same machine, and
 * after a while otherwise.
 *
 * @throws NodeNameTakenError
 */
export async function takeName(
  session: LeaseSession,
  self: Omit<ClusterNode, 'renewals' | 'state'>,
  { clock, isRunning, waiting }: NameOptions,
): Promise<void> {
  if (await insert(session, self)) return;
  const first = await nodeNamed(session, self.name);
  if (first === undefined) return await takeName(session, self, { clock, isRunning, waiting });
  if (first.host === self.host && !isRunning(first.pid)) {
    if (await replace(session, self, first.instance)) return;
    throw new NodeNameTakenError((await nodeNamed(session, self.name)) ?? first);
  }
  waiting();
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_AGAIN_MS) {
    await clock.sleep(LOOK_AGAIN_MS);
    const now = await nodeNamed(session, self.name);
    if (now === undefined) return await takeName(session, self, { clock, isRunning, waiting });
    if (now.instance !== first.instance || now.renewals !== first.renewals) throw new NodeNameTakenError(now);
  }
  if (!(await replace(session, self, first.instance))) {
    throw new NodeNameTakenError((await nodeNamed(session, self.name)) ?? first);
  }
}

export async function nodeNamed(session: LeaseSession, name: string): Promise<ClusterNode | undefined> {
  return (await session.query<ClusterNode>('select * from nodes where name = $1', [name]))[0];
}

/** Says how far this node is. */
export async function sayState(
  session: LeaseSession,
  { name, instance }: Pick<ClusterNode, 'name' | 'instance'>,
  state: ClusterNode['state'],
): Promise<void> {
  await session.query('update nodes set state = $3 where name = $1 and instance = $2', [
    name,
    instance,
    state,
  ]);
}

/** Its name is free at once. */
export async function leaveName(
  session: LeaseSession,
  { name, instance }: Pick<ClusterNode, 'name' | 'instance'>,
): Promise<void> {
  await session.query('delete from nodes where name = $1 and instance = $2', [name, instance]);
}

type Self = Omit<ClusterNode, 'renewals' | 'state'>;

async function insert(session: LeaseSession, self: Self): Promise<boolean> {
  const rows = await session.query(
    `insert into nodes (name, instance, host, pid, url, version, state, renewals)
     values ($1, $2, $3, $4, $5, $6, 'starting', 0) on conflict (name) do nothing returning name`,
    valuesOf(self),
  );
  return rows.length > 0;
}

async function replace(session: LeaseSession, self: Self, former: string): Promise<boolean> {
  const rows = await session.query(
    `update nodes set instance = $2, host = $3, pid = $4, url = $5, version = $6, state = 'starting', renewals = 0
     where name = $1 and instance = $7 returning name`,
    [...valuesOf(self), former],
  );
  return rows.length > 0;
}

function valuesOf({ name, instance, host, pid, url, version }: Self): readonly unknown[] {
  return [name, instance, host, pid, url, version];
}
