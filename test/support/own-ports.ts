import { once } from 'node:events';
import { createServer } from 'node:net';
import {
  keepAriAccess,
  makeAsteriskFolder,
  readAriAccess,
} from '../../src/bundled-asterisk/asterisk-folder.ts';
import { isTcpPortFree, isUdpPortFree } from '../../src/bundled-asterisk/ports.ts';

// A free port of the ephemeral range may be taken by any program between its choice and its use, and again while a
// killed Legwork is away. So each test process has a block of ports of its own below that range: whoever listens
// on a block's first port has the block, and the kernel gives it back even when the process is killed.

const HOST = '127.0.0.1';
const FIRST_PORT = 12_000;
const BLOCKS = 17;
const BLOCK_PORTS = 1_200;
const SINGLE_PORTS = 200;
const RTP_RANGES = 4;
const RTP_PORTS = (BLOCK_PORTS - SINGLE_PORTS) / RTP_RANGES;

let block: Promise<number> | undefined;
let nextSingle = 0;
let nextRtp = 0;

/** A TCP and UDP port of 127.0.0.1 that stays ours until this process has asked for two hundred more. */
export async function ownPort(): Promise<number> {
  const first = await ownBlock();
  for (let tried = 1; tried < SINGLE_PORTS; tried += 1) {
    const port = first + 1 + (nextSingle % (SINGLE_PORTS - 1));
    nextSingle += 1;
    if ((await isTcpPortFree(HOST, port)) && (await isUdpPortFree(HOST, port))) return port;
  }
  throw new Error(`No port of ${first} to ${first + SINGLE_PORTS} is free`);
}

/** RTP ports for 125 legs of an Asterisk, in options of the bundled one. A process has four such ranges, in turn. */
export async function ownRtpRange(): Promise<{ readonly rtpMin: number; readonly rtpMax: number }> {
  const rtpMin = (await ownBlock()) + SINGLE_PORTS + (nextRtp % RTP_RANGES) * RTP_PORTS;
  nextRtp += 1;
  return { rtpMin, rtpMax: rtpMin + RTP_PORTS - 1 };
}

/** Environment variables with RTP ports for 500 legs, for a Legwork that is the only one of its process: all four ranges. */
export async function allRtpPortSettings(): Promise<Readonly<Record<string, string>>> {
  const rtpMin = (await ownBlock()) + SINGLE_PORTS;
  return {
    RTP_PORT_MIN: String(rtpMin),
    RTP_PORT_MAX: String(rtpMin + RTP_RANGES * RTP_PORTS - 1),
  };
}

/** Environment variables for a Legwork on ports of our own, whose bundled Asterisk has ARI on one, too. */
export async function ownPortSettings(dataDir: string): Promise<Readonly<Record<string, string>>> {
  await keepOwnAriPort(dataDir);
  const { rtpMin, rtpMax } = await ownRtpRange();
  return {
    HTTP_PORT: String(await ownPort()),
    SIP_PORT: String(await ownPort()),
    SIP_TLS_PORT: String(await ownPort()),
    RTP_PORT_MIN: String(rtpMin),
    RTP_PORT_MAX: String(rtpMax),
  };
}

/** The same for a bundled Asterisk without Legwork. */
export async function ownAsteriskPorts(dataDir: string): Promise<{
  readonly sipHost: string;
  readonly sipPort: number;
  readonly rtpMin: number;
  readonly rtpMax: number;
}> {
  await keepOwnAriPort(dataDir);
  return { sipHost: HOST, sipPort: await ownPort(), ...(await ownRtpRange()) };
}

/** Asterisk listens for ARI where it did at its last start: this is what the first one finds. */
async function keepOwnAriPort(dataDir: string): Promise<void> {
  const folder = await makeAsteriskFolder(dataDir);
  await keepAriAccess(folder, { ...(await readAriAccess(folder)), port: await ownPort() });
}

function ownBlock(): Promise<number> {
  block ??= takeBlock();
  return block;
}

async function takeBlock(): Promise<number> {
  // Not always the same one first: a phone of the last run may still send to its ports.
  const start = process.pid % BLOCKS;
  for (let tried = 0; tried < BLOCKS; tried += 1) {
    const first = FIRST_PORT + ((start + tried) % BLOCKS) * BLOCK_PORTS;
    if (await holdPort(first)) return first;
  }
  throw new Error(`All ${BLOCKS} blocks of ports for tests are in use: so many test processes run here`);
}

/** Listens until this process ends, without keeping it alive. */
async function holdPort(port: number): Promise<boolean> {
  const server = createServer();
  server.unref();
  try {
    server.listen({ port, host: HOST, exclusive: true });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  }
}
