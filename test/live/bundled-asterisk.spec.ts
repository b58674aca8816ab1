import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findRunningAsterisk } from '../../src/bundled-asterisk/asterisk-process.ts';
import {
  type BundledAsterisk,
  type BundledAsteriskOptions,
  startBundledAsterisk,
} from '../../src/bundled-asterisk/bundled-asterisk.ts';
import { systemClock } from '../../src/clock.ts';
import { defaultCacheFolder } from '../../src/config.ts';
import { SetupError } from '../../src/setup/setup-error.ts';
import { ownAsteriskPorts, ownPort } from '../support/own-ports.ts';

const STARTER = fileURLToPath(new URL('../support/asterisk-starter.ts', import.meta.url));

describe('The bundled Asterisk', () => {
  let options: BundledAsteriskOptions;
  let asterisk: BundledAsterisk | undefined;

  beforeEach(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'legwork-asterisk-'));
    options = {
      dataDir,
      ...(await ownAsteriskPorts(dataDir)),
      ariApp: 'legwork',
      maxCalls: 10,
      cacheFolder: defaultCacheFolder(),
      clock: systemClock,
      progress: (line) => console.log(line),
    };
    asterisk = undefined;
  });

  afterEach(async () => {
    await asterisk?.stop();
    assert.equal(await findRunningAsterisk(configFile()), undefined);
    await rm(options.dataDir, { recursive: true });
  });

  it('answers ARI, listens for SIP, and has nothing to complain about', async () => {
    asterisk = await startBundledAsterisk(options);
    assert.equal(asterisk.adopted, false);
    assert.deepEqual(asterisk.sip, { host: '127.0.0.1', port: options.sipPort });
    const info = (await ari('asterisk/info?only=config')) as { config: { name: string } };
    assert.equal(info.config.name, 'legwork');
    const endpoints = (await ari('endpoints/PJSIP')) as { resource: string }[];
    assert.deepEqual(
      endpoints.map(({ resource }) => resource),
      ['rc-out'],
    );
    assert.match(await sipAnswer(options.sipPort), /^SIP\/2\.0 401 /);
    const log = await readFile(join(options.dataDir, 'asterisk/log/messages'), 'utf8');
    assert.deepEqual(log.match(/^.*(?:ERROR|WARNING).*$/gm), null);
  });

  it('keeps its ARI password for the owner alone', async () => {
    asterisk = await startBundledAsterisk(options);
    for (const file of ['ari.json', 'etc/ari.conf']) {
      assert.equal((await stat(join(options.dataDir, 'asterisk', file))).mode & 0o777, 0o600);
    }
  });

  it('is adopted with its calls by the next start after its starter was killed', async () => {
    const first = await startAndKillStarter();
    asterisk = await startBundledAsterisk(options);
    assert.deepEqual(
      { adopted: asterisk.adopted, pid: asterisk.pid, ariUrl: asterisk.ariUrl },
      { adopted: true, pid: first.pid, ariUrl: first.ariUrl },
    );
    assert.equal(asterisk.password, first.password);
  });

  it('is started anew when it runs with other settings than the wanted ones', async () => {
    const first = await startAndKillStarter();
    const sipPort = await ownPort();
    asterisk = await startBundledAsterisk({ ...options, sipPort });
    assert.equal(asterisk.adopted, false);
    assert.notEqual(asterisk.pid, first.pid);
    assert.match(await sipAnswer(sipPort), /^SIP\/2\.0 401 /);
  });

  it('says when it has ended by itself', async () => {
    asterisk = await startBundledAsterisk(options);
    process.kill(asterisk.pid, 'SIGKILL');
    await asterisk.exited;
  });

  it('is not started on a SIP port that another program uses', async () => {
    const taken = createSocket('udp4').bind(options.sipPort, '127.0.0.1');
    await once(taken, 'listening');
    await assert.rejects(
      startBundledAsterisk(options),
      (error) =>
        error instanceof SetupError &&
        error.message.includes(`127.0.0.1:${options.sipPort}`) &&
        error.message.includes('SIP_PORT'),
    );
    taken.close();
  });

  /** Another process starts Asterisk and dies without a chance to stop it. */
  async function startAndKillStarter(): Promise<{ pid: number; ariUrl: string; password: string }> {
    const settings = JSON.stringify({ ...options, clock: undefined, progress: undefined });
    const starter = spawn(process.execPath, ['--import', 'tsx', STARTER, settings], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(starter.stdout, 'data')) as [Buffer];
    starter.kill('SIGKILL');
    await once(starter, 'close');
    return JSON.parse(line.toString()) as { pid: number; ariUrl: string; password: string };
  }

  async function ari(path: string): Promise<unknown> {
    assert.ok(asterisk);
    const credentials = Buffer.from(`${asterisk.username}:${asterisk.password}`).toString('base64');
    const headers = { authorization: `Basic ${credentials}` };
    return (await fetch(`${asterisk.ariUrl}/ari/${path}`, { headers })).json();
  }

  function configFile(): string {
    return join(options.dataDir, 'asterisk/etc/asterisk.conf');
  }
});

/** What an unknown caller's REGISTER is answered with. */
async function sipAnswer(port: number): Promise<string> {
  const socket: Socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const own = `127.0.0.1:${socket.address().port}`;
  const request = [
    `REGISTER sip:127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${own};branch=z9hG4bK1;rport`,
    `From: <sip:nobody@127.0.0.1>;tag=1`,
    `To: <sip:nobody@127.0.0.1>`,
    `Call-ID: 1@${own}`,
    'CSeq: 1 REGISTER',
    `Contact: <sip:nobody@${own}>`,
    'Max-Forwards: 70',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
  socket.send(request, port, '127.0.0.1');
  const [answer] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  return answer.toString();
}
