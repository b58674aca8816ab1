import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { toolRunner, type ToolCommand, type ToolRun } from '../../src/media/tool-process.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { waitUntil } from '../support/wait-until.ts';
import { NEVER } from './sound/sound-builders.ts';

const SHELL: ToolCommand = { command: '/bin/sh', args: ['-c'], env: {} };
const RUN: ToolRun = { timeoutMs: 5000, maxOutputBytes: 1000, signal: NEVER };

async function isGone(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => 'gone');
  return stat === 'gone' || /\) Z /.test(stat);
}

describe('a tool', () => {
  it('gets its input and gives its output', async () => {
    const cat: ToolCommand = { command: '/bin/cat', args: [], env: {} };
    const result = await toolRunner(systemClock)(cat, ['-'], { ...RUN, stdin: 'Grüße $(id) `id`' });
    assert.deepEqual(result, { ok: true, stdout: Buffer.from('Grüße $(id) `id`') });
  });

  it('does not see our environment', async () => {
    const result = await toolRunner(systemClock)(
      { ...SHELL, env: { ONLY: 'this' } },
      ['echo "$ONLY$HOME"'],
      RUN,
    );
    assert.deepEqual(result, { ok: true, stdout: Buffer.from('this\n') });
  });

  it('that does not read its input is judged by its exit status', async () => {
    const result = await toolRunner(systemClock)(SHELL, ['exit 0'], { ...RUN, stdin: 'x'.repeat(1_000_000) });
    assert.deepEqual(result, { ok: true, stdout: Buffer.alloc(0) });
  });

  it('that fails says why', async () => {
    const result = await toolRunner(systemClock)(SHELL, ['echo no voice >&2; exit 1'], RUN);
    assert.deepEqual(result, { ok: false, reason: 'failed', detail: 'no voice\n' });
  });

  it('that is not there is a value', async () => {
    const result = await toolRunner(systemClock)({ command: '/no/such', args: [], env: {} }, [], RUN);
    assert.deepEqual(result, { ok: false, reason: 'not-started', detail: 'spawn /no/such ENOENT' });
  });

  it('that takes long gives way to calls, also where Linux shares the processors out among sessions', async () => {
    const shares = existsSync('/proc/self/autogroup');
    const session = shares ? "sed 's/.* nice/session/' /proc/self/autogroup" : 'echo session $(nice)';
    const ask = `nice; ${session}; until [ "$(nice)" -ge 10 ]; do :; done; sleep 0.2; ${session}`;
    const result = await toolRunner(systemClock)(SHELL, [ask], { ...RUN, timeoutMs: 30_000 });
    assert.deepEqual(result, { ok: true, stdout: Buffer.from(`${getPriority()}\nsession 0\nsession 10\n`) });
  });

  it('that writes without end is stopped', async () => {
    const result = await toolRunner(systemClock)(SHELL, ['while :; do echo y; done'], RUN);
    assert.deepEqual(result, { ok: false, reason: 'too-much', detail: '' });
  });

  const stops: [why: 'timeout' | 'aborted', name: string][] = [
    ['timeout', 'that takes too long is stopped with all it started'],
    ['aborted', 'is killed with all it started when the call ends'],
  ];
  for (const [why, name] of stops) {
    it(name, async () => {
      const clock = new FakeClock();
      const call = new AbortController();
      const dir = await mkdtemp(join(tmpdir(), 'legwork-tool-'));
      const pidFile = join(dir, 'pid');
      const script = `sleep 60 & echo $! > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; wait`;
      const running = toolRunner(clock)({ ...SHELL, env: { PATH: '/bin:/usr/bin' } }, [script], {
        ...RUN,
        signal: call.signal,
      });
      await waitUntil('the tool has started another', () => existsSync(pidFile));
      const grandchild = Number(await readFile(pidFile, 'latin1'));
      if (why === 'aborted') call.abort();
      else await clock.advance(5000);
      assert.deepEqual(await running, { ok: false, reason: why, detail: '' });
      await waitUntil('the other is gone too', () => isGone(grandchild));
      assert.equal(clock.timers, 0);
      await rm(dir, { recursive: true });
    });
  }

  it('is not started for a call that has ended', async () => {
    const result = await toolRunner(systemClock)(SHELL, ['exit 0'], { ...RUN, signal: AbortSignal.abort() });
    assert.deepEqual(result, { ok: false, reason: 'aborted', detail: '' });
  });
});
