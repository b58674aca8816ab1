import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sine } from '../../src/phone/tones.ts';

const RATE = 8000;
const HEADER_BYTES = 44;

/** Serves one second of a tone as WAV at `/<hz>.wav`, 404 at anything else. */
export class SoundServer {
  readonly #server: Server = createServer((request, response) => {
    const hz = /^\/(\d+)\.wav$/.exec(request.url ?? '')?.[1];
    if (hz === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': 'audio/wav', 'Cache-Control': 'max-age=3600' });
    response.end(wav(sine(Number(hz), { samples: RATE })));
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function wav(samples: Int16Array): Buffer {
  const bytes = samples.length * 2;
  const file = Buffer.alloc(HEADER_BYTES + bytes);
  file.write('RIFF', 0);
  file.writeUInt32LE(HEADER_BYTES - 8 + bytes, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(bytes, 40);
  samples.forEach((sample, i) => file.writeInt16LE(sample, HEADER_BYTES + i * 2));
  return file;
}
