import type { Context, Middleware } from 'koa';
import type { Clock } from '../../concurrency/clock.ts';
import { API_ERRORS, ApiError } from '../errors.ts';
import type { ApiState } from '../http/state.ts';
import { bodyOf } from './accept-forwards.ts';
import {
  type ClusterPort,
  ForwardError,
  type ForwardReply,
  type OtherNode,
  type Whereabouts,
} from './cluster-port.ts';
import { FORWARD_HEADERS, signForward } from './forward-signature.ts';
import { type Subject, subjectOf } from './subject.ts';

/** How long a command waits for a switch that is being taken over. */
const WAIT_MS = 15_000;
const LOOK_AGAIN_MS = 200;
const RETRY_AFTER_S = 5;
const MISDIRECTED = 421;
const RELAYED = [
  'content-type',
  'content-length',
  'retry-after',
  'allow',
  'etag',
  'accept-ranges',
  'content-range',
  'content-disposition',
];
const ASKED = ['accept', 'content-type', 'range', 'if-range', 'if-none-match', 'user-agent'];

type ApiContext = Context & { state: ApiState };

/**
 * Sends a request to the node that drives what it is about, and gives back what that node replies. It is never forwarded
 * twice: a node that does not drive it either says 421, and the first one looks again.
 */
export function forwardRequests(cluster: ClusterPort, clock: Clock): Middleware<ApiState> {
  return async (ctx, next) => {
    const subject = subjectOf(ctx.method, ctx.state.apiPath ?? '');
    if (subject === undefined) return await next();
    if (ctx.state.forwarder !== undefined) return await answerForward(cluster, subject, next);
    if (subject.kind === 'sound') return await orElsewhere(cluster, ctx, clock, next);
    await route({ cluster, clock, ctx, subject, next });
  };
}

interface Routing {
  readonly cluster: ClusterPort;
  readonly clock: Clock;
  readonly ctx: ApiContext;
  readonly subject: Subject;
  readonly next: () => Promise<unknown>;
}

async function route({ cluster, clock, ctx, subject, next }: Routing): Promise<void> {
  const until = clock.steady() + WAIT_MS;
  for (;;) {
    const where = await whereIs(cluster, subject);
    if (where.kind === 'here') return void (await next());
    if (where.kind === 'unknown') return await orElsewhere(cluster, ctx, clock, next);
    const isRead = subject.kind === 'call' && subject.isRead;
    if (where.kind === 'node') {
      const reply = await tried(cluster, where.node, ctx, clock);
      if (reply !== undefined && reply.status !== MISDIRECTED) return relay(cluster, ctx, reply);
      reply?.body.destroy();
    }
    // The database says what was true a moment ago; a command waits for whoever takes the switch.
    if (isRead) return void (await next());
    if (clock.steady() >= until) throw nobody();
    await clock.sleep(LOOK_AGAIN_MS);
  }
}

/** Another node thinks that this one drives it. */
async function answerForward(
  cluster: ClusterPort,
  subject: Subject,
  next: () => Promise<unknown>,
): Promise<void> {
  const where = subject.kind === 'sound' ? { kind: 'here' as const } : await whereIs(cluster, subject);
  // What the tables do not have may still be in this node's memory: the route finds out.
  if (where.kind === 'here' || where.kind === 'unknown') return void (await next());
  const holder = where.kind === 'node' ? where.node.name : '';
  throw new ApiError(
    MISDIRECTED,
    API_ERRORS.unavailable,
    `This node does not drive it${holder === '' ? '' : `, but node ${holder}`}`,
    {
      [FORWARD_HEADERS.holder]: holder,
    },
  );
}

async function whereIs(cluster: ClusterPort, subject: Subject): Promise<Whereabouts> {
  switch (subject.kind) {
    case 'call': {
      const found = await cluster.call(subject.sid);
      // What is over is in the database, whole.
      return subject.isRead && found.isOver === true ? { kind: 'here' } : found;
    }
    case 'room': {
      const found = await cluster.room(subject.accountSid, subject.room);
      const isNew = subject.isNewCall && (found.kind === 'unknown' || found.isOver === true);
      if (isNew) return cluster.newCall();
      return found.kind === 'unknown' || found.isOver === true ? { kind: 'here' } : found;
    }
    case 'queue': {
      const found = await cluster.queue(subject.accountSid, subject.queue);
      return found.kind === 'unknown' ? { kind: 'here' } : found;
    }
    case 'callback': {
      const found = await cluster.callback(subject.sid);
      return found.kind === 'unknown' ? { kind: 'here' } : found;
    }
    case 'new-call':
      return cluster.newCall();
    case 'sound':
      return { kind: 'here' };
  }
}

/** What this node does not find, the others may have. */
async function orElsewhere(
  cluster: ClusterPort,
  ctx: ApiContext,
  clock: Clock,
  next: () => Promise<unknown>,
): Promise<void> {
  try {
    await next();
    return;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    for (const node of cluster.peers()) {
      const reply = await tried(cluster, node, ctx, clock).catch(() => undefined);
      if (reply !== undefined && reply.status !== 404 && reply.status !== MISDIRECTED) {
        return relay(cluster, ctx, reply);
      }
      reply?.body.destroy();
    }
    throw error;
  }
}

/** Undefined: the node could not be reached, and has done nothing. @throws ApiError 503 when nobody knows whether it has */
async function tried(
  cluster: ClusterPort,
  node: OtherNode,
  ctx: ApiContext,
  clock: Clock,
): Promise<ForwardReply | undefined> {
  const body = bodyOf(ctx);
  const { method, url: path } = ctx;
  const accountSid = ctx.state.asking?.sid ?? '';
  const asked = ASKED.flatMap((name) => (ctx.get(name) === '' ? [] : [[name, ctx.get(name)] as const]));
  const signed = { method, path, body, time: clock.now(), accountSid, node: cluster.nodeName };
  const headers = { ...Object.fromEntries(asked), ...signForward(cluster.forwardKey, signed) };
  try {
    return await cluster.send(node, { method, path, headers, body });
  } catch (error) {
    if (!(error instanceof ForwardError)) throw error;
    if (!error.isSent || method === 'GET' || method === 'HEAD') return undefined;
    throw unavailable(`Node ${node.name} did not answer; nobody knows whether it was done`);
  }
}

function relay(cluster: ClusterPort, ctx: ApiContext, { status, headers, body }: ForwardReply): void {
  cluster.forwarded();
  ctx.status = status;
  for (const name of RELAYED) {
    const value = headers[name];
    if (value !== undefined) ctx.set(name, typeof value === 'string' ? value : [...value]);
  }
  if (status === 204 || status === 304) body.destroy();
  else ctx.body = body;
  // Koa forgets the type and length of a body that is a stream.
  for (const name of ['content-type', 'content-length']) {
    const value = headers[name];
    if (typeof value === 'string') ctx.set(name, value);
  }
}

function nobody(): ApiError {
  return unavailable('No node drives its switch at this moment; nothing was done');
}

function unavailable(message: string): ApiError {
  return new ApiError(503, API_ERRORS.unavailable, message, { 'Retry-After': String(RETRY_AFTER_S) });
}
