import assert from 'node:assert/strict';
import { folderName } from '../../../src/bundled-asterisk/debian/debian-packages.ts';
import {
  acceptsAsterisk,
  parseAsteriskVersion,
  RUNTIME_PACKAGES,
} from '../../../src/bundled-asterisk/debian/package-sets.ts';

describe('The accepted Asterisk versions', () => {
  for (const [text, accepted] of [
    ['22.10.0', false],
    ['22.10.1', true],
    ['22.11.0', true],
    ['1:22.10.1+dfsg+~cs6.17.60671434-1', true],
    ['Asterisk 22.10.1+dfsg+~cs6.17.60671434-1', true],
    ['Asterisk 20.19.2', false],
    ['1:23.0.0~dfsg-1', false],
    ['Asterisk GIT-master-1234', false],
    ['none', false],
  ] as const) {
    it(`${accepted ? 'include' : 'exclude'} ${text}`, () => {
      assert.equal(acceptsAsterisk(text), accepted);
    });
  }

  it('are read without the epoch and the packaging', () => {
    assert.deepEqual(parseAsteriskVersion('1:22.10.1+dfsg-1'), [22, 10, 1]);
  });
});

describe('The folder of a package set', () => {
  it('is another one when other packages, links or another architecture are asked for', () => {
    const names = [
      folderName(RUNTIME_PACKAGES, 'amd64'),
      folderName(RUNTIME_PACKAGES, 'arm64'),
      folderName({ ...RUNTIME_PACKAGES, packages: ['asterisk'] }, 'amd64'),
      folderName({ ...RUNTIME_PACKAGES, links: [] }, 'amd64'),
    ];
    assert.equal(new Set(names).size, names.length);
    assert.equal(folderName({ ...RUNTIME_PACKAGES }, 'amd64'), names[0]);
  });
});
