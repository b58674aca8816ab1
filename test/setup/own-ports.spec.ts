import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ownPort, ownRtpRange } from '../support/own-ports.ts';

const OWN_PORTS = new URL('../support/own-ports.ts', import.meta.url).href;
const SHOW = `
  const { ownPort, ownRtpRange } = await import('${OWN_PORTS}');
  const { rtpMin, rtpMax } = await ownRtpRange();
  console.log(JSON.stringify({ port: await ownPort(), rtpMin, rtpMax }));
  process.stdin.resume();
`;

describe('The ports of a test process', () => {
  it('are no other test process’s', async () => {
    const others = [1, 2, 3].map(() =>
      spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', SHOW], {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
    const shown = await Promise.all(
      others.map(async ({ stdout }) => String(((await once(stdout, 'data')) as [Buffer])[0])),
    );
    for (const other of others) other.stdin.end();
    const theirs = shown.map((line) => JSON.parse(line) as { port: number; rtpMin: number; rtpMax: number });
    const all = [...theirs, { port: await ownPort(), ...(await ownRtpRange()) }];
    const blocks = all.map(({ port }) => Math.floor(port / 1_200));
    assert.equal(new Set(blocks).size, 4);
    for (const { rtpMin, rtpMax } of all) {
      const inIt = all.filter(
        ({ port, rtpMin: min }) => (port >= rtpMin && port <= rtpMax) || (min >= rtpMin && min <= rtpMax),
      );
      assert.equal(inIt.length, 1);
    }
  });

  it('are below those that any program may be given', async () => {
    const { rtpMin, rtpMax } = await ownRtpRange();
    for (const port of [await ownPort(), rtpMin, rtpMax]) assert.ok(port >= 12_000 && port < 32_768);
  });

  it('are each given out once in a while', async () => {
    const ports: number[] = [];
    for (let time = 0; time < 150; time += 1) ports.push(await ownPort());
    assert.equal(new Set(ports).size, 150);
  });

  it('are enough for four Asterisks at the same time', async () => {
    const ranges = [await ownRtpRange(), await ownRtpRange(), await ownRtpRange(), await ownRtpRange()];
    const sorted = ranges.toSorted((a, b) => a.rtpMin - b.rtpMin);
    for (const [index, { rtpMin, rtpMax }] of sorted.entries()) {
      assert.equal(rtpMax - rtpMin, 249);
      assert.ok(rtpMin > (sorted[index - 1]?.rtpMax ?? 0));
    }
  });
});
