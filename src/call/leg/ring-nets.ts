/*
 * One timer keeps the promise of how long a leg rings, and gives the leg up on time: `timeout` of a Dial in
 * rcml/verbs/dial/ring.ts, `Timeout` of a REST call in rcml/run/api-dialling.ts. Two others stand behind it, in case it
 * cannot act, and each leaves time for the one before it.
 */

/** Asterisk itself cancels this much later, even when Legwork is not running. */
export const ASTERISK_RING_NET_S = 10;

/** The ARI edge hangs a channel up this much after Asterisk should have ended it. */
export const EDGE_RING_NET_S = 10;
