import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BundledAsterisk, startBundledAsterisk } from '../../src/bundled-asterisk/bundled-asterisk.ts';
import { systemClock } from '../../src/clock.ts';
import { defaultCacheFolder } from '../../src/config.ts';
import { ownAsteriskPorts } from '../support/own-ports.ts';
import { waitUntil } from '../support/wait-until.ts';

describe('A call while Legwork is away', () => {
  let dataDir = '';
  let asterisk: BundledAsterisk;
  let caller: Socket;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'legwork-away-'));
    asterisk = await startBundledAsterisk({
      dataDir,
      ...(await ownAsteriskPorts(dataDir)),
      ariApp: 'legwork',
      maxCalls: 10,
      cacheFolder: defaultCacheFolder(),
      clock: systemClock,
      progress: (line) => console.log(line),
    });
    await push('endpoint/pbx', { context: 'legwork-in', disallow: 'all', allow: 'ulaw' });
    await push('identify/pbx', { endpoint: 'pbx', match: '127.0.0.1' });
    caller = createSocket('udp4').bind(0, '127.0.0.1');
    await once(caller, 'listening');
  });

  after(async () => {
    caller.close();
    await asterisk.stop();
    await rm(dataDir, { recursive: true });
  });

  it('rings for ten seconds, keeps its dialled number whole but for parameters, and gets 503', async () => {
    const heard: string[] = [];
    caller.on('message', (message: Buffer) => heard.push(message.toString().slice(8, 11)));
    caller.send(invite('a,b;c=d', asterisk.sip.port, caller.address().port), asterisk.sip.port, '127.0.0.1');
    await waitUntil('it rings', () => heard.includes('180'));
    const rang = systemClock.now();
    const [channel] = (await ari('GET', 'channels')) as { dialplan: { context: string; exten: string } }[];
    assert.equal(channel?.dialplan.context, 'legwork-in');
    assert.equal(channel.dialplan.exten, 'a,b');
    await waitUntil('it has ended', () => heard.includes('503'), 20_000);
    const seconds = (systemClock.now() - rang) / 1000;
    assert.ok(seconds > 8 && seconds < 13, `${seconds} s`);
    assert.deepEqual(new Set(heard), new Set(['100', '180', '503']));
    await waitUntil('no channel is left', async () => ((await ari('GET', 'channels')) as []).length === 0);
  });

  async function push(object: string, fields: Record<string, string>): Promise<void> {
    const list = Object.entries(fields).map(([attribute, value]) => ({ attribute, value }));
    await ari('PUT', `asterisk/config/dynamic/res_pjsip/${object}`, { fields: list });
  }

  async function ari(method: string, path: string, body?: object): Promise<unknown> {
    const credentials = Buffer.from(`${asterisk.username}:${asterisk.password}`).toString('base64');
    const answer = await fetch(`${asterisk.ariUrl}/ari/${path}`, {
      method,
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.json();
  }
});

function invite(user: string, port: number, own: number): string {
  const session = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    'm=audio 20200 RTP/AVP 0',
    '',
  ].join('\r\n');
  return [
    `INVITE sip:${user}@127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${own};branch=z9hG4bKaway;rport`,
    `From: <sip:pbx@127.0.0.1>;tag=away`,
    `To: <sip:${user}@127.0.0.1>`,
    `Call-ID: away@127.0.0.1`,
    'CSeq: 1 INVITE',
    `Contact: <sip:pbx@127.0.0.1:${own}>`,
    'Max-Forwards: 70',
    'Content-Type: application/sdp',
    `Content-Length: ${session.length}`,
    '',
    session,
  ].join('\r\n');
}
