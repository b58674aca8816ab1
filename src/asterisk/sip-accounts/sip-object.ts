import type { Codec } from '../../call/routing/codecs.ts';
import type { Srtp } from '../../call/routing/srtp.ts';

/** A SIP account of ours. */
export interface SipClient {
  /** As the user spelled it. */
  readonly login: string;
  /** MD5 of `login:legwork:password` in hex, the login in lower case: Asterisk never learns the password. */
  readonly ha1: string;
  /** The same for phones that send the login with its capitals, which is another name to Asterisk. */
  readonly ha1AsSpelled?: string;
  /** Undefined: as the installation says. */
  readonly srtp?: Srtp;
}

/** What a page signs in with instead of a password. */
export interface WebToken {
  readonly username: string;
  /** MD5 of `username:legwork:password` in hex. */
  readonly ha1: string;
}

/** A PBX or carrier that calls come from and go to. */
export interface SipTrunk {
  /** `TK…`; also the name of its endpoint. */
  readonly sid: string;
  /** IP address or host name. */
  readonly host: string;
  readonly port: number;
  readonly transport?: 'udp' | 'tcp' | 'tls';
  /** Our credentials, for when the trunk challenges us. */
  readonly username?: string;
  readonly password?: string;
  /** Only with `username`. */
  readonly register?: boolean;
  /** Where calls may come from besides `host` and `port`: addresses, with or without a port, and CIDRs. */
  readonly allowedAddresses: readonly string[];
  /** The domain and user part of From in what we send. */
  readonly fromDomain?: string;
  readonly fromUser?: string;
  readonly sendAssertedIdentity?: boolean;
  readonly trustAssertedIdentity?: boolean;
  /** Undefined: never. */
  readonly srtp?: Srtp;
  /** Those of the addresses that belong to another account, so that this trunk must not be known by them. */
  readonly withheld?: readonly string[];
}

/** Media settings that all endpoints share. */
export interface MediaSettings {
  /** The only address for RTP, if SIP is bound to a single one. */
  readonly mediaAddress?: string;
  /** A party that has sent nothing for that many seconds is asked whether it is still there; 0: never. */
  readonly timeoutS?: number;
  /** Browser phones; undefined: there are none. */
  readonly web?: WebPhoneSettings;
  /** The preferred one first; undefined: G.711 alone. */
  readonly codecs?: readonly Codec[];
  /** Whether the media of clients is encrypted, unless a client says otherwise. */
  readonly srtp?: Srtp;
  /** How often each phone is sent OPTIONS, in seconds; 0: never. */
  readonly clientOptionsS?: number;
}

export interface WebPhoneSettings {
  /** Asterisk's names of codecs, the preferred one first. */
  readonly codecs: readonly string[];
}

/** The proxy in front of a cluster, where clients register instead. */
export interface SipProxy {
  /** `host:port`, by TCP. */
  readonly address: string;
  /** What we and the proxy know each other by. */
  readonly key: string;
}

/** One object of Asterisk's SIP configuration, of class `res_pjsip`. */
export interface SipObject {
  readonly type: 'auth' | 'aor' | 'endpoint' | 'identify' | 'registration';
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}
