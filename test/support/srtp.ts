import { createCipheriv, createHmac } from 'node:crypto';

const HEADER_BYTES = 12;
const TAG_BYTES = 10;

/** One direction of an SRTP stream with AES_CM_128_HMAC_SHA1_80 (RFC 3711), for packets in order and without extensions. */
export class SrtpStream {
  readonly #key: Buffer;
  readonly #salt: Buffer;
  readonly #authKey: Buffer;
  /** How often the sequence numbers have begun anew. */
  #rollovers = 0;
  #sequence: number | undefined;

  /** `inline` is master key and salt, as `a=crypto` has them. */
  constructor(inline: string) {
    const master = Buffer.from(inline, 'base64');
    const [key, salt] = [master.subarray(0, 16), master.subarray(16, 30)];
    const derive = (label: number, length: number) => {
      const iv = Buffer.concat([salt, Buffer.alloc(2)]);
      iv.writeUInt8(iv.readUInt8(7) ^ label, 7);
      return aesCounter(key, iv, Buffer.alloc(length));
    };
    this.#key = derive(0, 16);
    this.#authKey = derive(1, 20);
    this.#salt = derive(2, 14);
  }

  protect(rtp: Buffer): Buffer {
    this.#follow(rtp);
    const sent = this.#crypt(rtp);
    return Buffer.concat([sent, this.#tag(sent)]);
  }

  /** Undefined for what was not protected with this key. */
  unprotect(srtp: Buffer): Buffer | undefined {
    const packet = srtp.subarray(0, -TAG_BYTES);
    if (packet.length < HEADER_BYTES || isRtcp(packet)) return undefined;
    this.#follow(packet);
    if (!this.#tag(packet).equals(srtp.subarray(-TAG_BYTES))) return undefined;
    return this.#crypt(packet);
  }

  #follow(packet: Buffer): void {
    const sequence = packet.readUInt16BE(2);
    if (this.#sequence !== undefined && this.#sequence - sequence > 0x8000) this.#rollovers += 1;
    this.#sequence = sequence;
  }

  #crypt(packet: Buffer): Buffer {
    const index = Buffer.concat([packet.subarray(8, 12), this.#rolloverBytes(), packet.subarray(2, 4)]);
    const iv = Buffer.concat([this.#salt, Buffer.alloc(2)]);
    for (const [at, byte] of index.entries()) iv.writeUInt8(iv.readUInt8(4 + at) ^ byte, 4 + at);
    return Buffer.concat([
      packet.subarray(0, HEADER_BYTES),
      aesCounter(this.#key, iv, packet.subarray(HEADER_BYTES)),
    ]);
  }

  #rolloverBytes(): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#rollovers);
    return bytes;
  }

  #tag(packet: Buffer): Buffer {
    return createHmac('sha1', this.#authKey)
      .update(packet)
      .update(this.#rolloverBytes())
      .digest()
      .subarray(0, TAG_BYTES);
  }
}

/** RFC 5761: RTCP's packet types, where RTP has its marker and payload type. */
function isRtcp(packet: Buffer): boolean {
  const type = packet.readUInt8(1);
  return type >= 192 && type <= 223;
}

function aesCounter(key: Buffer, iv: Buffer, data: Buffer): Buffer {
  return createCipheriv('aes-128-ctr', key, iv).update(data);
}
