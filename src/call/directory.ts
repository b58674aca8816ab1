import type { VoiceSettings } from './leg/leg.ts';
import type { SipAddress } from './routing/sip-address.ts';
import type { DialTarget } from './call-control.ts';
import type { CallerRules } from './routing/caller-id.ts';
import type { DialingRules } from './routing/dialing-rules.ts';

export interface Account {
  readonly sid: string;
  readonly status: 'active' | 'suspended' | 'closed';
}

/** A number of ours; `voice` is that of its application if it names one. */
export interface DirectoryNumber {
  readonly sid: string;
  readonly accountSid: string;
  readonly phoneNumber: string;
  readonly voice: VoiceSettings;
}

/** A client of ours; `voice` is that of its application if it names one. */
export interface DirectoryClient {
  readonly sid: string;
  readonly accountSid: string;
  /** Lower case, as it registers. */
  readonly login: string;
  readonly voice: VoiceSettings;
}

export interface DirectoryTrunk extends CallerRules {
  readonly sid: string;
  readonly accountSid: string;
  /** Our name there. */
  readonly username?: string;
  /** What is stripped from a number that goes out this way, and then put in front of it. */
  readonly stripDigits: number;
  readonly prependDigits: string;
  /** Whether it takes messages to numbers; undefined: no. */
  readonly messages?: boolean;
  /** Concurrent calls, inbound and outbound together; undefined: no limit. */
  readonly maxChannels?: number;
  /** Seconds after which a call that nothing has answered goes to another trunk. */
  readonly tryTimeoutS?: number;
}

/** Look-ups that routing needs; each resolves with undefined when there is no such thing. */
export interface Directory {
  account(sid: string): Promise<Account | undefined>;
  /** By number as dialled, with or without `+`, in the whole installation. */
  number(dialled: string): Promise<DirectoryNumber | undefined>;
  /** The account's number with `*` at its end that fits best what was dialled. */
  numberLike(accountSid: string, dialled: string): Promise<DirectoryNumber | undefined>;
  /** By login, any case, in the whole installation. */
  client(login: string): Promise<DirectoryClient | undefined>;
  trunk(sid: string): Promise<DirectoryTrunk | undefined>;
  /** The trunks that this number can go out by, best first: the longest matching prefix, then the lowest priority value. */
  trunksFor(accountSid: string, number: string): Promise<readonly DirectoryTrunk[]>;
  application(accountSid: string, sid: string): Promise<VoiceSettings | undefined>;
  /** Whether a number that is not ours is one that the account may show as the caller; with or without `+`. */
  isCallerId(accountSid: string, number: string): Promise<boolean>;
  /** What this account and each one above it may dial, its own first. */
  dialingRules(accountSid: string): Promise<readonly DialingRules[]>;
  /** Whether a SIP address leads to this installation itself. */
  isOwn(address: SipAddress): boolean;
  /** Whether this account may call there, judged by the address that the host's name has now. */
  wayTo(accountSid: string, target: Exclude<DialTarget, { kind: 'client' }>): Promise<SipWay>;
}

/** How SIP gets to a target, or why it may not. */
export type SipWay =
  | {
      readonly ok: true;
      /** `sip:address:port`, where the call goes even if the host's name leads elsewhere a moment later. */
      readonly via?: string;
    }
  | { readonly ok: false; readonly why: string };
