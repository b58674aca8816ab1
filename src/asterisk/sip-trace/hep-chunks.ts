/** Chunks of HEP version 3, as res_hep writes them (github.com/sipcapture/HEP, 'HEP3 rev12'). */
export const CHUNK = {
  family: 0x0001,
  protocol: 0x0002,
  ipv4Source: 0x0003,
  ipv4Destination: 0x0004,
  ipv6Source: 0x0005,
  ipv6Destination: 0x0006,
  sourcePort: 0x0007,
  destinationPort: 0x0008,
  seconds: 0x0009,
  microseconds: 0x000a,
  kind: 0x000b,
  captureId: 0x000c,
  password: 0x000e,
  payload: 0x000f,
  correlationId: 0x0011,
} as const;
/** `HEP3`, and the length of the packet. */
export const HEADER_BYTES = 6;
/** Vendor, kind, and the length of the chunk with this header. */
export const CHUNK_HEADER_BYTES = 6;
/** What the payload is. */
export const SIP = 1;
/** Numbers of protocols (IANA). */
export const TCP = 6;
export const UDP = 17;
