/**
 * What Node gets when it runs one of our long-lived programs.
 *
 * A young generation of 32 MB instead of 16: fewer short-lived objects survive a collection, which took a tenth off the
 * processor time of a call (bench, 20 calls a second).
 *
 * V8 keeps the bytecode of functions that were not called for a while. Otherwise it is thrown away in quiet minutes, and
 * the next calls wait for the compiler: of the first 80 calls after a pause of a minute and a half, the p99 from INVITE to 200 was
 * 50 ms instead of 100 (three rounds, both side by side).
 */
export const NODE_ARGUMENTS = ['--enable-source-maps', '--max-semi-space-size=32', '--no-flush-bytecode'];
