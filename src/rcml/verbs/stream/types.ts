import type { RequestTarget } from '../../../call/callback-target.ts';
import type { HttpMethod } from '../../../call/http-method.ts';
import type { StreamTrack } from '../../../call/stream/stream-record.ts';

/** `<Stream>` inside Start or Connect: a WebSocket to the customer's server, with the leg's audio. */
export interface StreamNoun {
  readonly url: string;
  readonly name?: string;
  readonly track: StreamTrack;
  readonly statusCallback?: RequestTarget;
  /** `<Parameter>`s: the `customParameters` of the `start` message. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** `<Connect>`: the leg talks with the customer's server until one of them ends that. */
export interface ConnectVerb {
  readonly action?: string;
  readonly method: HttpMethod;
  readonly stream: StreamNoun;
}

/** What Connect keeps for a restart: which stream has ended with the former process. */
export interface ConnectState {
  readonly streamSid: string;
}
