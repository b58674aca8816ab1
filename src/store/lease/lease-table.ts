import type { NodeRow, SwitchRow } from './lease-rules.ts';
import type { LeaseSession } from './lease-session.ts';

/** A node, as the others reach it. */
export interface ClusterNode extends NodeRow {
  readonly host: string;
  readonly pid: number;
  readonly url: string;
  readonly version: string;
}

/** A switch with what its row says of it. */
export interface ClusterSwitch extends SwitchRow {
  readonly ariUrl: string;
  readonly ariUsername: string;
  /** As it is sealed. */
  readonly ariPassword: string;
  readonly sipAddress: string;
  /** JSON. */
  readonly settings: string;
  readonly room: number;
  readonly state: 'up' | 'down';
}

/** What a holder says of a switch with each renewal. */
export interface Renewal {
  readonly id: string;
  readonly epoch: number;
  /** How many more calls it takes. */
  readonly room: number;
  readonly state: 'up' | 'down';
}

export interface Renewed {
  /** The database's time, in milliseconds since the epoch. */
  readonly now: number;
  /** Whether the node is still ours: another process may have taken its name. */
  readonly isOurs: boolean;
  /** The switches that are still ours. */
  readonly held: readonly string[];
}

/** One statement for a node and all that it holds; `instance` is its process. */
export async function renew(
  session: LeaseSession,
  node: Pick<ClusterNode, 'name' | 'instance'>,
  renewals: readonly Renewal[],
): Promise<Renewed> {
  const [row] = await session.query<{ now: number; ours: boolean; held: readonly string[] | null }>(
    `with me as (
       update nodes set renewals = renewals + 1 where name = $1 and instance = $2 returning 1),
     held as (
       update switches s set renewals = s.renewals + 1, room = v.room, state = v.state
       from unnest($3::text[], $4::bigint[], $5::int[], $6::text[]) as v (id, epoch, room, state)
       where s.id = v.id and s.epoch = v.epoch and s.node = $1 and exists (select 1 from me)
       returning s.id)
     select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now,
       exists (select 1 from me) as ours, (select array_agg(id) from held) as held`,
    [
      node.name,
      node.instance,
      renewals.map(({ id }) => id),
      renewals.map(({ epoch }) => epoch),
      renewals.map(({ room }) => room),
      renewals.map(({ state }) => state),
    ],
  );
  return { now: row?.now ?? 0, isOurs: row?.ours === true, held: row?.held ?? [] };
}

/** All nodes and switches. */
export async function look(
  session: LeaseSession,
): Promise<{ readonly nodes: readonly ClusterNode[]; readonly switches: readonly ClusterSwitch[] }> {
  const [row] = await session.query<{ nodes: readonly ClusterNode[]; switches: readonly RawSwitch[] }>(
    `select coalesce((select json_agg(n) from nodes n), '[]'::json) as nodes,
       coalesce((select json_agg(s order by s.id) from switches s), '[]'::json) as switches`,
  );
  return { nodes: row?.nodes ?? [], switches: (row?.switches ?? []).map(switchOf) };
}

interface RawSwitch {
  readonly id: string;
  readonly ari_url: string;
  readonly ari_username: string;
  readonly ari_password: string;
  readonly sip_address: string;
  readonly settings: string;
  readonly node: string | null;
  readonly epoch: number;
  readonly renewals: number;
  readonly draining: number;
  readonly room: number;
  readonly state: 'up' | 'down';
  readonly unreachable_from: string;
}

function switchOf(row: RawSwitch): ClusterSwitch {
  return {
    id: row.id,
    ariUrl: row.ari_url,
    ariUsername: row.ari_username,
    ariPassword: row.ari_password,
    sipAddress: row.sip_address,
    settings: row.settings,
    node: row.node ?? undefined,
    epoch: row.epoch,
    renewals: row.renewals,
    draining: row.draining !== 0,
    room: row.room,
    state: row.state,
    unreachableFrom: JSON.parse(row.unreachable_from) as readonly string[],
  };
}

/** Makes or changes a switch, whoever holds it; who does stays. */
export async function describeSwitch(
  session: LeaseSession,
  one: Pick<ClusterSwitch, 'id' | 'ariUrl' | 'ariUsername' | 'ariPassword' | 'sipAddress' | 'settings'>,
): Promise<void> {
  await session.query(
    `insert into switches (id, ari_url, ari_username, ari_password, sip_address, settings, node, epoch, renewals,
       draining, room, state, unreachable_from) values ($1, $2, $3, $4, $5, $6, null, 0, 0, 0, 0, 'down', '[]')
     on conflict (id) do update set ari_url = excluded.ari_url, ari_username = excluded.ari_username,
       ari_password = excluded.ari_password, sip_address = excluded.sip_address, settings = excluded.settings,
       draining = 0, unreachable_from = '[]'`,
    [one.id, one.ariUrl, one.ariUsername, one.ariPassword, one.sipAddress, one.settings],
  );
}

/**
 * Takes a switch that is still as it was seen; the new epoch, or undefined when somebody else was quicker or has renewed.
 * The lock waits for what its former holder is committing at this moment.
 */
export async function take(
  session: LeaseSession,
  seen: Pick<SwitchRow, 'id' | 'node' | 'epoch' | 'renewals'>,
  name: string,
): Promise<number | undefined> {
  const [row] = await session.query<{ epoch: number }>(
    `with seen as materialized (
       select id from switches where id = $1 and epoch = $2 and renewals = $3 and node is not distinct from $4
       for update)
     update switches s set node = $5, epoch = s.epoch + 1, renewals = s.renewals + 1, room = 0, state = 'down' from seen
     where s.id = seen.id returning s.epoch`,
    [seen.id, seen.epoch, seen.renewals, seen.node ?? null, name],
  );
  return row?.epoch;
}

/** Gives a switch up, which another node may take at once. `unreachable`: because this node cannot reach it. */
export async function release(
  session: LeaseSession,
  { id, epoch }: Pick<SwitchRow, 'id' | 'epoch'>,
  { name, unreachable = false }: { readonly name: string; readonly unreachable?: boolean },
): Promise<void> {
  await session.query(
    `update switches set node = null, room = 0, unreachable_from = case when $4 and not unreachable_from::jsonb ? $3
       then (unreachable_from::jsonb || to_jsonb($3::text))::text else unreachable_from end
     where id = $1 and epoch = $2 and node = $3`,
    [id, epoch, name, unreachable],
  );
}

/** It was reached: whoever could not reach it before may try again. */
export async function reached(session: LeaseSession, id: string): Promise<void> {
  await session.query(
    "update switches set unreachable_from = '[]' where id = $1 and unreachable_from <> '[]'",
    [id],
  );
}

export async function markDraining(session: LeaseSession, name: string): Promise<void> {
  await session.query('update switches set draining = 1 where id = $1 or node = $1', [name]);
}
