/** A part of the time that a request took. */
export interface TimingPart {
  readonly name: string;
  readonly ms: number;
}

const PARTS = [
  ['waitMs', 'wait', 'waited for a connection'],
  ['dnsMs', 'dns', 'DNS'],
  ['connectMs', 'connect', 'connect'],
  ['tlsMs', 'tls', 'TLS'],
  ['firstByteMs', 'first_byte', 'first byte'],
  ['downloadMs', 'download', 'download'],
] as const;

/** Where a request's time went, as a line of the timeline (`dnsMs`) or a reply of REST (`dns`) says it; empty when it does not. */
export function timingParts(timing: unknown): readonly TimingPart[] {
  if (typeof timing !== 'object' || timing === null) return [];
  const given = timing as Readonly<Record<string, unknown>>;
  return PARTS.flatMap(([inLine, inReply, name]) => {
    const ms = given[inLine] ?? given[inReply];
    return typeof ms === 'number' ? [{ name, ms }] : [];
  });
}
