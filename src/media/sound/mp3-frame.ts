/** Bit rates of Layer III in kbit/s, by the header's four bits; 0: "free" and not allowed. */
const MPEG1_KBPS = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0];
const MPEG2_KBPS = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0];
const MPEG1_HZ = [44_100, 48_000, 32_000, 0];

/** The file may begin in the middle of a frame: this many bytes are searched for the next one. */
const SEARCHED_BYTES = 4096;

/** Whether two MPEG Layer III frames (or a single one up to the end) follow each other near the beginning. */
export function hasMp3Frames(body: Buffer): boolean {
  for (let at = 0; at + 4 <= Math.min(body.length, SEARCHED_BYTES); at += 1) {
    const length = frameLength(body, at);
    if (length === undefined || at + length > body.length) continue;
    if (at + length === body.length || frameLength(body, at + length) !== undefined) return true;
  }
  return false;
}

/** Length in bytes of the frame whose header is here (ISO 11172-3, 2.4.1.3); undefined when it is not a header. */
function frameLength(body: Buffer, at: number): number | undefined {
  if (at + 4 > body.length || body[at] !== 0xff) return undefined;
  const [, second = 0, third = 0] = body.subarray(at, at + 3);
  const [version, layer] = [(second >> 3) & 3, (second >> 1) & 3];
  if ((second & 0xe0) !== 0xe0 || version === 1 || layer !== 1) return undefined;
  const isMpeg1 = version === 3;
  const kbps = (isMpeg1 ? MPEG1_KBPS : MPEG2_KBPS)[third >> 4] ?? 0;
  const hz = (MPEG1_HZ[(third >> 2) & 3] ?? 0) / (isMpeg1 ? 1 : version === 2 ? 2 : 4);
  if (kbps === 0 || hz === 0) return undefined;
  return Math.floor(((isMpeg1 ? 144 : 72) * kbps * 1000) / hz) + ((third >> 1) & 1);
}
