import type { Readable } from 'node:stream';
import type { CallbackRepository } from '../../records/call-history.ts';
import type { ClusterHealth } from '../health.ts';

/** Another node, as requests reach it. */
export interface OtherNode {
  readonly name: string;
  /** Without a slash at the end. */
  readonly url: string;
}

/** Where what a request is about can be asked for. */
export type Whereabouts =
  /** This node answers. */
  | { readonly kind: 'here' }
  | { readonly kind: 'node'; readonly node: OtherNode }
  /** It is on a switch that nobody drives at this moment. */
  | { readonly kind: 'nobody' }
  /** The database does not know it, or not yet. */
  | { readonly kind: 'unknown' };

export interface OutgoingForward {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface ForwardReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Readable;
}

/** The node could not be reached. `isSent`: nobody knows whether it has done what it was asked for. */
export class ForwardError extends Error {
  readonly isSent: boolean;
  constructor(message: string, isSent: boolean) {
    super(message);
    this.name = 'ForwardError';
    this.isSent = isSent;
  }
}

/** What the API asks of the cluster; main connects it. */
export interface ClusterPort {
  readonly nodeName: string;
  /** For the signatures of forwarded requests. */
  readonly forwardKey: Uint8Array;
  call(sid: string): Promise<Whereabouts & { readonly isOver?: boolean }>;
  room(accountSid: string, room: string): Promise<Whereabouts & { readonly isOver?: boolean }>;
  queue(accountSid: string, queue: string): Promise<Whereabouts>;
  callback(sid: string): Promise<Whereabouts>;
  /** Where a new call can be placed. */
  newCall(): Whereabouts;
  /** The other nodes that are alive. */
  peers(): readonly OtherNode[];
  /** @throws ForwardError */
  send(node: OtherNode, request: OutgoingForward): Promise<ForwardReply>;
  /** Told of each request that was forwarded, for the metrics. */
  forwarded(): void;
  health(): ClusterHealth;
  /** Ends the calls of an account, and of those below it, on all other nodes that are alive. */
  readonly endCallsElsewhere: (accountSid: string) => Promise<void>;
  /** Sends a callback of a switch again that this node drives, as another node asks. */
  readonly replayHere: CallbackRepository['replay'];
  /** Carries out a command about a room of a switch that this node drives; undefined when it does not, or knows no such one. */
  readonly roomCommand: (
    switchId: string,
    action: string,
    values: Readonly<Record<string, string | undefined>>,
  ) => Promise<unknown>;
}
