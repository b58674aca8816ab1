import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { sweepSoundCache } from '../../src/bundled-asterisk/sound-cache.ts';

const KILOBYTE = 1_024;
const OLD_S = 3_600;

describe("Asterisk's copies of sounds", () => {
  let folder: string;
  let console: Server;
  /** URL → path, as Asterisk knows them. */
  let known: Map<string, string>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'legwork-cache-'));
    known = new Map();
    console = fakeConsole(known);
    await new Promise<void>((resolve) => {
      console.listen(join(folder, 'asterisk.ctl'), resolve);
    });
  });

  afterEach(async () => {
    await new Promise((resolve) => console.close(resolve));
    rmSync(folder, { recursive: true });
  });

  function copy(name: string, ageS: number, isKnown = true): void {
    const path = join(folder, `${name}.wav`);
    writeFileSync(path, Buffer.alloc(KILOBYTE));
    const at = systemClock.now() / 1000 - ageS;
    utimesSync(path, at, at);
    if (isKnown) known.set(`http://127.0.0.1/media/${name}.wav`, path);
  }

  /** What is left: in the folder, and in Asterisk's own list. */
  async function sweep(kilobytes: number, isServed: (url: string) => boolean = () => true) {
    await sweepSoundCache({
      runDir: folder,
      cacheDir: folder,
      clock: systemClock,
      isServed,
      limitBytes: kilobytes * KILOBYTE,
    });
    const files = readdirSync(folder).filter((name) => name.endsWith('.wav'));
    return [files.toSorted(), [...known.keys()].map((url) => url.split('/').at(-1) ?? '').toSorted()];
  }

  it('are kept while they are few', async () => {
    copy('a', OLD_S);
    copy('b', OLD_S);
    const both = ['a.wav', 'b.wav'];
    assert.deepEqual(await sweep(2), [both, both]);
  });

  it('go, the oldest first, when they grow too many', async () => {
    for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) copy(name, OLD_S - index);
    const left = ['c.wav', 'd.wav'];
    assert.deepEqual(await sweep(2), [left, left]);
  });

  it('go only beyond twice the limit while they are young: they may be played now', async () => {
    for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries()) copy(name, 60 - index);
    const left = ['b.wav', 'c.wav', 'd.wav', 'e.wav'];
    assert.deepEqual(await sweep(2), [left, left]);
  });

  it('go when we do not serve the sound any more', async () => {
    copy('a', OLD_S);
    copy('b', OLD_S);
    copy('c', 1);
    const left = ['b.wav', 'c.wav'];
    assert.deepEqual(await sweep(9, (url) => url.endsWith('b.wav')), [left, left]);
  });

  it('go when Asterisk has forgotten them, or has lost the file', async () => {
    copy('a', OLD_S, false);
    copy('b', 1, false);
    copy('c', OLD_S);
    rmSync(join(folder, 'c.wav'));
    assert.deepEqual(await sweep(9, () => false), [['b.wav'], []]);
  });

  it('are not looked at while Asterisk is away', async () => {
    await new Promise((resolve) => console.close(resolve));
    await assert.rejects(sweep(9), { code: 'ENOENT' });
  });
});

/** Asterisk's control socket, as far as copies of sounds go. */
function fakeConsole(known: Map<string, string>): Server {
  return createServer((socket) => {
    socket.write('host/1/Asterisk 22\n');
    socket.on('data', (text) => {
      const command = /^cli quit after (.*)\0$/.exec(text.toString())?.[1] ?? '';
      const url = /^media cache delete (.*)$/.exec(command)?.[1];
      if (url === undefined) socket.end(shown(known));
      else {
        rmSync(known.get(url) ?? '', { force: true });
        known.delete(url);
        socket.end(`Deleted '${url}' from the media cache\n`);
      }
    });
  });
}

function shown(known: ReadonlyMap<string, string>): string {
  const rows = [...known].map(([url, path]) => `${url}\n\t${path}\n`);
  return `URI\n\tLocal File\n---------------\n${rows.join('')}`;
}
