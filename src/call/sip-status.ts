/** Whether and where a client's phones are registered. */
export interface ClientStatus {
  readonly registered: boolean;
  /** SIP URIs of its phones. */
  readonly contacts: readonly string[];
}

export interface TrunkStatus {
  /** Whether it answers our OPTIONS; false for a trunk that Asterisk does not know. */
  readonly reachable: boolean;
  /** Undefined when we do not register with it, or Asterisk has no res_prometheus to tell us. */
  readonly registered?: boolean;
}
