import type { Place, Prefix } from '../place.ts';
import type { JsonObject } from '../http/rendering.ts';

/** The events of `GET P/Live`, but for `hello` and `reset`, which every stream has. */
export const LIVE_EVENTS = [
  'call.created',
  'call.updated',
  'call.event',
  'callback.updated',
  'notification.created',
  'recording.updated',
  'conference.updated',
  'participant.updated',
  'queue.updated',
  'stream.updated',
  'client.updated',
  'trunk.updated',
  'health',
  'stats',
] as const;

export type LiveEventName = (typeof LIVE_EVENTS)[number];

/** Something that has happened, and can be read over REST. */
export interface LiveEvent {
  readonly name: LiveEventName;
  /** The account that it belongs to and those above it, the nearest first; undefined: it belongs to nobody, and everybody may know it. */
  readonly accounts: readonly string[] | undefined;
  /** The first leg of its call; undefined when it has nothing to do with a call. */
  readonly root?: string | undefined;
  /** The resource as REST shows it. */
  readonly present: (place: Place) => JsonObject;
}

/** What a stream is about. */
export interface Subscription {
  readonly accountSid: string;
  /** Also what belongs to the accounts below it. */
  readonly subAccounts: boolean;
  readonly names: ReadonlySet<LiveEventName>;
  /** Only what belongs to the call with this first leg. */
  readonly root: string | undefined;
  /** With which the addresses of resources begin. */
  readonly prefix: Prefix;
}

export function wants(subscription: Subscription, event: LiveEvent): boolean {
  const { names, root } = subscription;
  if (!names.has(event.name) || (root !== undefined && root !== event.root)) return false;
  return event.accounts === undefined || covers(subscription, event.accounts);
}

/** Whether an account with those above it is among the accounts that somebody listens to. */
export function covers(
  { accountSid, subAccounts }: Pick<Subscription, 'accountSid' | 'subAccounts'>,
  accounts: readonly string[],
): boolean {
  return subAccounts ? accounts.includes(accountSid) : accounts[0] === accountSid;
}

/** Subscriptions with the same key get the same events in the same form. */
export function keyOf({ accountSid, subAccounts, names, root, prefix }: Subscription): string {
  return [accountSid, subAccounts, [...names].join(), root ?? '', prefix].join(' ');
}

/** An event as it is sent; `id` is left out where the reader shall not go on from there. */
export function frameOf(name: string, json: string, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${json}\n\n`;
}
