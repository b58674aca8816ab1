import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { DigitReceiver, DigitSender } from './telephone-event.ts';
import { decodeMuLaw, encodeMuLaw, FRAME_SAMPLES } from './tones.ts';

const FRAME_MS = 20;
/** After the process has stalled, at most this much is sent late; the rest is skipped. */
const MOST_FRAMES_AT_ONCE = 50;
const HEADER_BYTES = 12;
const PCMU = 0;

export interface RtpAddress {
  readonly host: string;
  readonly port: number;
}

/** Where the other side wants its media, from its SDP. */
export interface RtpRemote extends RtpAddress {
  readonly eventPayload: number;
  /** False while the other side has us on hold. */
  readonly listens: boolean;
}

export interface RtpListener {
  /** The next 160 samples to send; `undefined` sends nothing. */
  nextFrame(): Int16Array | undefined;
  onSamples(samples: Int16Array): void;
  onDigit(digit: string): void;
}

/** G.711 µ-law and RFC 4733 events over one UDP port, in frames of 20 ms. */
export class RtpSession {
  readonly #socket: Socket;
  readonly #listener: RtpListener;
  readonly #digitSender = new DigitSender();
  readonly #digitReceiver = new DigitReceiver();
  readonly #ssrc = randomBytes(4).readUInt32BE();
  #sequence = randomBytes(2).readUInt16BE();
  #timestamp = randomBytes(4).readUInt32BE();
  #remote: RtpRemote | undefined;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #frames = 0;
  #marker = true;
  #closed = false;

  private constructor(socket: Socket, listener: RtpListener) {
    this.#socket = socket;
    this.#listener = listener;
    socket.on('message', (packet, from) => this.#receive(packet, from.address, from.port));
  }

  static async open(host: string, listener: RtpListener): Promise<RtpSession> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, host, () => {
        socket.off('error', reject);
        // Later errors concern single packets (the other port is gone), which do not matter to RTP.
        socket.on('error', () => undefined);
        resolve();
      });
    });
    return new RtpSession(socket, listener);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Starts or redirects sending; packets from anywhere else are ignored. */
  connect(remote: RtpRemote): void {
    this.#remote = remote;
    if (this.#timer !== undefined || this.#closed) return;
    this.#startedAt = performance.now();
    this.#timer = setInterval(() => this.#sendDueFrames(), FRAME_MS);
  }

  sendDigits(digits: string, options: { toneMs: number; gapMs: number }): Promise<void> {
    return this.#digitSender.push(digits, options);
  }

  close(why: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#digitSender.stop(why);
    this.#socket.close();
  }

  /** Timers are late under load, so the number of frames follows the clock, not the number of ticks. */
  #sendDueFrames(): void {
    const due = Math.floor((performance.now() - this.#startedAt) / FRAME_MS) - this.#frames;
    const skipped = Math.max(0, due - MOST_FRAMES_AT_ONCE);
    this.#timestamp = (this.#timestamp + skipped * FRAME_SAMPLES) >>> 0;
    this.#frames += due;
    for (let i = skipped; i < due; i += 1) {
      this.#sendFrame();
      this.#timestamp = (this.#timestamp + FRAME_SAMPLES) >>> 0;
    }
  }

  #sendFrame(): void {
    const event = this.#digitSender.next(this.#timestamp);
    const samples = this.#listener.nextFrame();
    const remote = this.#remote;
    if (remote === undefined || !remote.listens) return;
    if (event !== undefined) {
      for (let i = 0; i < event.copies; i += 1) {
        this.#send(event.payload, {
          type: remote.eventPayload,
          timestamp: event.timestamp,
          marker: event.first,
        });
      }
    } else if (samples !== undefined) {
      this.#send(encodeMuLaw(samples), { type: PCMU, timestamp: this.#timestamp, marker: this.#marker });
    }
    this.#marker = event === undefined && samples === undefined;
  }

  #send(payload: Uint8Array, header: { type: number; timestamp: number; marker: boolean }): void {
    const remote = this.#remote;
    if (remote === undefined || this.#closed) return;
    const packet = Buffer.alloc(HEADER_BYTES + payload.length);
    packet[0] = 0x80;
    packet[1] = (header.marker ? 0x80 : 0) | header.type;
    packet.writeUInt16BE(this.#sequence, 2);
    packet.writeUInt32BE(header.timestamp, 4);
    packet.writeUInt32BE(this.#ssrc, 8);
    packet.set(payload, HEADER_BYTES);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#socket.send(packet, remote.port, remote.host);
  }

  #receive(packet: Buffer, host: string, port: number): void {
    const remote = this.#remote;
    if (remote === undefined || host !== remote.host || port !== remote.port) return;
    if (packet.length < HEADER_BYTES || (packet.readUInt8(0) & 0xc0) !== 0x80) return;
    const payload = packet.subarray(HEADER_BYTES + 4 * (packet.readUInt8(0) & 0x0f));
    const type = packet.readUInt8(1) & 0x7f;
    if (type === PCMU) {
      this.#listener.onSamples(decodeMuLaw(payload));
    } else if (type === remote.eventPayload) {
      const digit = this.#digitReceiver.receive(payload, packet.readUInt32BE(4));
      if (digit !== undefined) this.#listener.onDigit(digit);
    }
  }
}
