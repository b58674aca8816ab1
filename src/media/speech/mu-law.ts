const BIAS = 0x84;

/** The 16-bit sample of each µ-law code (ITU-T G.711). */
const SAMPLES = Int16Array.from({ length: 256 }, (_, code) => {
  const bits = ~code & 0xff;
  const magnitude = (((bits & 0x0f) << 3) + BIAS) << ((bits & 0x70) >> 4);
  return (bits & 0x80) === 0 ? magnitude - BIAS : BIAS - magnitude;
});

/** µ-law as 16-bit samples, little-endian. */
export function pcmOf(muLaw: Uint8Array): Buffer {
  const pcm = Buffer.allocUnsafe(muLaw.length * 2);
  for (const [at, code] of muLaw.entries()) pcm.writeInt16LE(SAMPLES[code] ?? 0, at * 2);
  return pcm;
}
