/*
 * How long a leg rings is promised by one timer: that of whoever dials it (`timeout` of the Dial verb in
 * rcml/verbs/dial/race.ts, `Timeout` of a REST call in rcml/api-dialling.ts), which gives the leg up on time. The nets
 * behind it catch what that timer cannot, and each waits for the one before it.
 */

/** Asterisk cancels by itself this long after the promise: it does so also when Legwork is gone. */
export const ASTERISK_RING_NET_S = 10;

/** The ARI edge ends a channel this long after Asterisk should have ended it. */
export const EDGE_RING_NET_S = 10;
