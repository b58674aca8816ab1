import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  debianMirrorIn,
  findDebianMirror,
  STANDARD_MIRROR,
} from '../../../src/bundled-asterisk/debian/apt-sources.ts';

describe("The host's Debian mirror", () => {
  for (const [what, text, mirror] of [
    ['a one-line source', 'deb http://mirror.example/debian bookworm main\n', 'http://mirror.example/debian'],
    [
      'a one-line source with options',
      'deb [arch=amd64 signed-by=/k.gpg] https://mirror.example/debian/ trixie main\n',
      'https://mirror.example/debian',
    ],
    ['a deb822 source', 'Types: deb\nURIs: http://mirror.example/debian\n', 'http://mirror.example/debian'],
    [
      'the second of two addresses',
      'URIs: http://a.example/x http://b.example/debian',
      'http://b.example/debian',
    ],
  ] as const) {
    it(`is read from ${what}`, () => {
      assert.equal(debianMirrorIn(text), mirror);
    });
  }

  for (const [what, text] of [
    ['a comment', '# deb http://mirror.example/debian bookworm main'],
    ['the security archive', 'URIs: http://mirror.example/debian-security'],
    ['a source package line', 'deb-src http://mirror.example/debian bookworm main'],
    ['Ubuntu', 'deb http://archive.ubuntu.example/ubuntu noble main'],
    ['a mirror list', 'URIs: mirror+file:///etc/apt/mirrors/debian.list'],
  ] as const) {
    it(`is not taken from ${what}`, () => {
      assert.equal(debianMirrorIn(text), undefined);
    });
  }

  it('is the standard one when the host names none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'legwork-apt-'));
    assert.equal(await findDebianMirror(folder), STANDARD_MIRROR);
    await mkdir(join(folder, 'sources.list.d'));
    await writeFile(join(folder, 'sources.list.d/own.sources'), 'URIs: http://mirror.example/debian\n');
    assert.equal(await findDebianMirror(folder), 'http://mirror.example/debian');
    await rm(folder, { recursive: true });
  });
});
