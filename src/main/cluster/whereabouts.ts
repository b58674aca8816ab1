import { json } from 'node:stream/consumers';
import {
  type ClusterPort,
  ForwardError,
  type OtherNode,
  type Whereabouts,
} from '../../api/cluster/cluster-port.ts';
import { forwardKey, signForward } from '../../api/cluster/forward-signature.ts';
import { endCallsPath, replayPath, roomCommandPath } from '../../api/cluster/node-commands.ts';
import type { CallbackRepository } from '../../records/call-history.ts';
import { StoreUnavailableError } from '../../records/repositories.ts';
import type { ClusterHealth } from '../../api/health.ts';
import type { LeaseKeeper } from '../../store/lease/lease-keeper.ts';
import type { Place, Placement } from '../../store/lease/placement.ts';
import type { HeldSwitches } from './held-switches.ts';
import { roomiest } from './node-calls.ts';
import type { NodeClient } from './node-client.ts';
import type { NodeFoundation } from './node-foundation.ts';
import type { SwitchCommand, SwitchReply } from './switch-commands.ts';

export interface WhereaboutsParts {
  readonly node: NodeFoundation;
  readonly held: HeldSwitches;
  readonly keeper: LeaseKeeper;
  readonly placement: Placement;
  readonly client: NodeClient;
  /** Whether this node is ending: it takes no new calls. */
  readonly isStopping: () => boolean;
}

/** Where things of the cluster are, as this node knows it. */
export class ClusterMap implements ClusterPort {
  readonly nodeName: string;
  readonly forwardKey: Uint8Array;
  readonly #parts: WhereaboutsParts;
  #forwards = 0;

  constructor(parts: WhereaboutsParts) {
    this.#parts = parts;
    this.nodeName = parts.node.self.name;
    this.forwardKey = forwardKey(parts.node.secretKey);
  }

  /** How many requests were forwarded to other nodes. */
  get forwards(): number {
    return this.#forwards;
  }

  async call(sid: string): Promise<Whereabouts & { readonly isOver?: boolean }> {
    const { held, placement } = this.#parts;
    const isLive = held.ready.some(({ machinery }) => machinery.services.calls.get(sid) !== undefined);
    return isLive ? { kind: 'here' } : this.#at(await placement.call(sid));
  }

  async room(accountSid: string, room: string): Promise<Whereabouts & { readonly isOver?: boolean }> {
    return this.#at(await this.#parts.placement.room(accountSid, room));
  }

  async queue(accountSid: string, queue: string): Promise<Whereabouts> {
    return this.#at(await this.#parts.placement.queue(accountSid, queue));
  }

  async callback(sid: string): Promise<Whereabouts> {
    const place = await this.#parts.placement.callback(sid);
    // Its call was removed: any switch can send it.
    if (place !== undefined && place.switchId === undefined) return this.newCall();
    return this.#at(place);
  }

  newCall(): Whereabouts {
    const { held, node, keeper, isStopping } = this.#parts;
    if (!isStopping() && roomiest(held, node.config.maxCalls) !== undefined) return { kind: 'here' };
    const open = keeper.view.switches.filter(
      ({ state, draining, room }) => state === 'up' && !draining && room > 0,
    );
    for (const one of open.toSorted((a, b) => b.room - a.room)) {
      const holder = this.#holder(one.node);
      if (holder !== undefined) return { kind: 'node', node: holder };
    }
    return { kind: 'here' };
  }

  peers(): readonly OtherNode[] {
    return this.#parts.keeper.view.nodes.filter(({ name, isLiving }) => isLiving && name !== this.nodeName);
  }

  send(...args: Parameters<NodeClient['send']>): ReturnType<NodeClient['send']> {
    return this.#parts.client.send(...args);
  }

  forwarded(): void {
    this.#forwards += 1;
  }

  health(): ClusterHealth {
    const { nodes, switches } = this.#parts.keeper.view;
    return {
      node: this.nodeName,
      switches: switches.map(({ id: name, node, state, draining }) => ({
        name,
        node: node ?? null,
        state: node === undefined ? 'down' : state,
        draining,
      })),
      peers: nodes
        .filter(({ name }) => name !== this.nodeName)
        .map(({ name, isLiving, unchangedMs }) => ({
          name,
          status: isLiving ? 'up' : 'away',
          lease_age_s: Math.round(unchangedMs / 1000),
        })),
    };
  }

  readonly endCallsElsewhere = async (accountSid: string): Promise<void> => {
    // Whoever takes a switch of a node that does not answer ends the calls of closed accounts there.
    const path = endCallsPath(accountSid);
    await Promise.all(this.peers().map((node) => this.#command<true>(node, accountSid, path)));
  };

  /** Sends a callback again, wherever its switch is driven. @throws StoreUnavailableError */
  readonly replay: CallbackRepository['replay'] = async (accountSid, callbackSid) => {
    const where = await this.callback(callbackSid);
    if (where.kind === 'here' || where.kind === 'unknown')
      return await this.replayHere(accountSid, callbackSid);
    const path = replayPath(accountSid, callbackSid);
    const done =
      where.kind === 'node' ? await this.#command<boolean>(where.node, accountSid, path) : undefined;
    if (done === undefined) throw new StoreUnavailableError('no node drives its switch at this moment');
    return done;
  };

  readonly replayHere: CallbackRepository['replay'] = async (accountSid, callbackSid) => {
    const { held, placement } = this.#parts;
    const place = await placement.callback(callbackSid);
    if (place === undefined) return false;
    // Of a call that was removed: any switch can send it.
    const unit = place.switchId === undefined ? held.ready[0] : held.unit(place.switchId);
    if (unit === undefined) throw new StoreUnavailableError('this node does not drive its switch any more');
    return await unit.foundation.store.repositories.callbacks.replay(accountSid, callbackSid);
  };

  readonly roomCommand: ClusterPort['roomCommand'] = async (switchId, action, values) =>
    await this.#parts.held.unit(switchId)?.guests.command(action, values);

  /** Gives a command about a room to whoever drives its switch; undefined when nobody does, or does not answer. */
  async commandAt({ switchId, accountSid, action, values }: SwitchCommand): Promise<SwitchReply | undefined> {
    const where = this.#switch(switchId);
    if (where.kind === 'here') {
      return (await this.roomCommand(switchId, action, values)) as SwitchReply | undefined;
    }
    if (where.kind !== 'node') return undefined;
    return await this.#command<SwitchReply>(
      where.node,
      accountSid,
      roomCommandPath(switchId, action, values),
    );
  }

  /** Undefined: it was not done, or nobody knows whether it was. */
  async #command<T>(to: OtherNode, accountSid: string, path: string): Promise<T | undefined> {
    const time = this.#parts.node.clock.now();
    const request = { method: 'POST', path, body: new Uint8Array(), time, accountSid, node: this.nodeName };
    try {
      const reply = await this.send(to, { ...request, headers: signForward(this.forwardKey, request) });
      this.forwarded();
      if (reply.status !== 200) return void reply.body.destroy();
      return ((await json(reply.body)) as { readonly result: T }).result;
    } catch (error) {
      if (error instanceof ForwardError) return undefined;
      throw error;
    }
  }

  #at(place: Place | undefined): Whereabouts & { readonly isOver?: boolean } {
    if (place === undefined) return { kind: 'unknown' };
    const { switchId, isOver } = place;
    // From before the cluster: whoever reads the database knows all of it.
    if (switchId === undefined) return { kind: 'here', isOver };
    return { ...this.#switch(switchId), isOver };
  }

  #switch(switchId: string): Whereabouts {
    const { held, keeper } = this.#parts;
    if (held.unit(switchId) !== undefined) return { kind: 'here' };
    const holder = this.#holder(keeper.view.switches.find(({ id }) => id === switchId)?.node);
    return holder === undefined ? { kind: 'nobody' } : { kind: 'node', node: holder };
  }

  #holder(name: string | undefined): OtherNode | undefined {
    return this.peers().find((node) => node.name === name);
  }
}
