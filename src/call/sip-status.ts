/** Where a client's phones are. */
export interface ClientStatus {
  readonly registered: boolean;
  /** SIP URIs of its phones. */
  readonly contacts: readonly string[];
}

export interface TrunkStatus {
  /** It answers our OPTIONS; false for one that Asterisk does not know. */
  readonly reachable: boolean;
  /** Undefined where we do not register, or Asterisk has no res_prometheus that tells. */
  readonly registered?: boolean;
}
