import type { Provisioning } from '../../api/ports.ts';
import type { ClientRecord, TrunkRecord } from '../../records/repositories.ts';
import type { DatabaseNews, News } from '../../store/news/database-news.ts';
import type { ProxyRegistrations } from '../../store/proxy-registrations.ts';
import { bringInLine } from '../bring-in-line.ts';
import type { HeldSwitches } from './held-switches.ts';
import type { NodeFoundation } from './node-foundation.ts';
import type { SwitchUnit } from './switch-unit.ts';

/** Brings what REST changes to every switch of this node at once, and tells the other nodes, who bring it to theirs. */
/** `registrations`: where phones are, if clients register at the proxy and not at switches. */
export function nodeProvisioning(
  held: HeldSwitches,
  news: Pick<DatabaseNews, 'tell'>,
  registrations?: ProxyRegistrations,
): Provisioning {
  const everywhere = async (push: (unit: SwitchUnit) => Promise<void>) => {
    await Promise.all(held.units.map(push));
  };
  const changed = async (what: News, push: (unit: SwitchUnit) => Promise<void>) => {
    news.tell(what);
    await everywhere(push);
  };
  return {
    async clientChanged(client) {
      if (client.status === 'disabled') await registrations?.remove(client.login);
      await changed({ kind: 'client', login: client.login }, ({ accounts }) =>
        accounts.clientChanged(client),
      );
    },
    async clientRemoved(login) {
      await registrations?.remove(login);
      await changed({ kind: 'client', login }, ({ accounts }) => accounts.clientRemoved(login));
    },
    trunkChanged: (trunk) =>
      changed({ kind: 'trunk', sid: trunk.sid }, ({ accounts }) => accounts.trunkChanged(trunk)),
    trunkRemoved: (sid) => changed({ kind: 'trunk', sid }, ({ accounts }) => accounts.trunkRemoved(sid)),
    async clientStatus(login) {
      if (registrations !== undefined) return await registrations.clientStatus(login);
      const each = await Promise.all(held.units.map(({ accounts }) => accounts.clientStatus(login)));
      const contacts = each.flatMap((status) => status.contacts);
      return { registered: contacts.length > 0, contacts };
    },
    async trunkStatus(trunk) {
      const each = await Promise.all(held.units.map(({ accounts }) => accounts.trunkStatus(trunk)));
      return each[0] ?? NO_STATUS;
    },
    async reachable() {
      const each = await Promise.all(held.units.map(({ accounts }) => accounts.reachable()));
      const atProxy = (await registrations?.registered()) ?? [];
      return new Set([...each.flatMap((some) => [...some]), ...atProxy]);
    },
  };
}

const NO_STATUS = { reachable: false };

/** Brings what another node has changed to the switches of this node. */
export async function follow(news: News, node: NodeFoundation, held: HeldSwitches): Promise<void> {
  node.known.forget();
  if (news.kind === 'rows') return;
  const { clients, trunks } = node.store.repositories;
  if (news.kind === 'client') {
    const login = news.login.toLowerCase();
    const client: ClientRecord | undefined = (await clients.all()).find(
      (one) => one.login.toLowerCase() === login,
    );
    await pushed(held, ({ accounts }) =>
      client === undefined ? accounts.clientRemoved(news.login) : accounts.clientChanged(client),
    );
  } else {
    const trunk: TrunkRecord | undefined = (await trunks.all()).find(({ sid }) => sid === news.sid);
    await pushed(held, ({ accounts }) =>
      trunk === undefined ? accounts.trunkRemoved(news.sid) : accounts.trunkChanged(trunk),
    );
  }
}

/** Compares everything, because changes may have been missed. */
export async function compareAll(held: HeldSwitches): Promise<void> {
  const reachable = held.units.filter(({ foundation }) => foundation.ari.state() === 'up');
  await Promise.all(
    reachable.map(({ foundation, machinery, accounts }) => bringInLine(foundation, machinery, accounts)),
  );
}

/** An Asterisk that cannot be reached now gets everything when it can. */
async function pushed(held: HeldSwitches, push: (unit: SwitchUnit) => Promise<void>): Promise<void> {
  await Promise.all(
    held.units.map((unit) =>
      push(unit).catch((error: unknown) =>
        unit.foundation.log.warn(
          { reason: String(error) },
          'A change of another node did not reach Asterisk',
        ),
      ),
    ),
  );
}
