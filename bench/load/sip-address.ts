/** Where SIP is spoken: a loopback address of IPv4, and a UDP port. */
export interface SipAddress {
  readonly host: string;
  readonly port: number;
}
