import type { Context, Middleware } from 'koa';
import type { Clock } from '../../concurrency/clock.ts';
import type { CallbackRepository } from '../../records/call-history.ts';
import type { ClusterPort } from './cluster-port.ts';
import { notFound } from '../errors.ts';
import { unauthorized } from '../http/authentication.ts';
import type { ApiState } from '../http/state.ts';
import { bodyHashOf, readForward } from './forward-signature.ts';

/** Below this path nodes ask each other for what is no request of anybody else. */
const PREFIX = '/cluster';
const EMPTY = bodyHashOf(new Uint8Array());

/** The path of the command that ends the calls of an account, which is closed already. */
export function endCallsPath(accountSid: string): string {
  return `${PREFIX}/accounts/${accountSid}/end-calls`;
}

/** The path of the command that sends a callback again. */
export function replayPath(accountSid: string, callbackSid: string): string {
  return `${PREFIX}/callbacks/${accountSid}/${callbackSid}/replay`;
}

/** The path of a command about a room of a switch, as the node that drives a leg of another one gives it. */
export function roomCommandPath(
  switchId: string,
  action: string,
  values: Readonly<Record<string, string>>,
): string {
  return `${PREFIX}/rooms/${switchId}/${action}?${new URLSearchParams(values).toString()}`;
}

const ROOM = /^\/cluster\/rooms\/([a-z0-9-]{1,32})\/([a-z]+)$/;
const REPLAY = /^\/cluster\/callbacks\/(AC[0-9a-f]{32})\/(CB[0-9a-f]{32})\/replay$/;
const END_CALLS = /^\/cluster\/accounts\/(AC[0-9a-f]{32})\/end-calls$/;

export interface NodeCommandDeps {
  readonly forwardKey: Uint8Array;
  /** Ends the calls of an account, and of those below it, that this node drives. */
  readonly endCallsHere: (accountSid: string) => Promise<void>;
  /** Of the switches that this node drives. */
  readonly replayHere: CallbackRepository['replay'];
  /** About the rooms of a switch; undefined: this node does not drive it. */
  readonly roomCommand: ClusterPort['roomCommand'];
  readonly clock: Clock;
}

/** What one node tells another to do; signed like a forwarded request, without a body. */
export function nodeCommands({
  forwardKey,
  endCallsHere,
  replayHere,
  roomCommand,
  clock,
}: NodeCommandDeps): Middleware<ApiState> {
  return async (ctx, next) => {
    if (!ctx.path.startsWith(`${PREFIX}/`)) return await next();
    requireNode(ctx, forwardKey, clock);
    const [, owner, callbackSid] = REPLAY.exec(ctx.path) ?? [];
    if (ctx.method === 'POST' && owner !== undefined && callbackSid !== undefined) {
      ctx.body = { result: await replayHere(owner, callbackSid) };
      return;
    }
    const [, switchId, action] = ROOM.exec(ctx.path) ?? [];
    if (ctx.method === 'POST' && switchId !== undefined && action !== undefined) {
      const result = await roomCommand(switchId, action, ctx.query as Record<string, string>);
      if (result === undefined) throw notFound(ctx.path);
      ctx.body = { result };
      return;
    }
    const [, accountSid] = END_CALLS.exec(ctx.path) ?? [];
    if (ctx.method !== 'POST' || accountSid === undefined) throw notFound(ctx.path);
    await endCallsHere(accountSid);
    ctx.body = { result: true };
  };
}

/** @throws ApiError 401 */
function requireNode(ctx: Context, forwardKey: Uint8Array, clock: Clock): void {
  const request = { method: ctx.method, path: ctx.url, header: (name: string) => ctx.get(name) };
  const forwarder = readForward(forwardKey, request, clock.now());
  if (typeof forwarder === 'string') throw unauthorized(forwarder, false);
  if (forwarder?.bodyHash !== EMPTY) throw unauthorized('Only nodes of this cluster may ask for this', false);
}
