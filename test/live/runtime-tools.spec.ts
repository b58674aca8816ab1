import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runtimeTools, type ToolCommand } from '../../src/bundled-asterisk/debian/tools.ts';

describe('The programs for sounds', () => {
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'legwork-tools-'));
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  for (const format of ['mp3', 'ogg', 'flac', 'gsm']) {
    it(`speak, and convert to and from ${format}`, async () => {
      const { espeak, sox } = await runtimeTools();
      const [spoken, packed, telephone] = ['a.wav', `b.${format}`, 'c.wav'].map((name) => join(folder, name));
      assert.ok(spoken && packed && telephone);
      run(espeak, '-w', spoken, 'Hello from Legwork');
      run(sox, spoken, '-r', '8000', '-c', '1', packed);
      run(sox, packed, '-r', '8000', '-c', '1', '-b', '16', telephone);
      const seconds = Number(run(sox, '--info', '-D', telephone));
      assert.ok(seconds > 0.5 && seconds < 5, `${seconds} s`);
    });
  }
});

function run(tool: ToolCommand, ...args: string[]): string {
  const done = spawnSync(tool.command, [...tool.args, ...args], {
    env: { ...process.env, ...tool.env },
    encoding: 'utf8',
  });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout.trim();
}
