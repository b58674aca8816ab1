/** A SIP account of ours. */
export interface SipClient {
  /** As the user spelled it. */
  readonly login: string;
  /** MD5 of `login:legwork:password` in hex, the login in lower case: Asterisk never learns the password. */
  readonly ha1: string;
  /** The same for phones that send the login with its capitals, which is another name to Asterisk. */
  readonly ha1AsSpelled?: string;
}

/** A PBX or carrier that calls come from and go to. */
export interface SipTrunk {
  /** `TK…`; also the name of its endpoint. */
  readonly sid: string;
  /** IP address or host name. */
  readonly host: string;
  readonly port: number;
  readonly transport?: 'udp' | 'tcp';
  /** For the calls that we send, when the trunk asks. */
  readonly username?: string;
  readonly password?: string;
  /** Only with `username`. */
  readonly register?: boolean;
  /** What calls may come from beside `host` and `port`: addresses, with or without a port, and CIDRs. */
  readonly allowedAddresses: readonly string[];
  /** Of From in what we send. */
  readonly fromDomain?: string;
  readonly fromUser?: string;
  readonly sendAssertedIdentity?: boolean;
  readonly trustAssertedIdentity?: boolean;
  /** Of these, what it must not be known by: that is another account's. */
  readonly withheld?: readonly string[];
}

/** What all endpoints share: where media goes through. */
export interface MediaSettings {
  /** The one address for RTP, when SIP is bound to one. */
  readonly mediaAddress?: string;
  /** Seconds without RTP and RTCP that end a call; 0: none do. */
  readonly timeoutS?: number;
}

/** One object of Asterisk's SIP configuration, of class `res_pjsip`. */
export interface SipObject {
  readonly type: 'auth' | 'aor' | 'endpoint' | 'identify' | 'registration';
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}
