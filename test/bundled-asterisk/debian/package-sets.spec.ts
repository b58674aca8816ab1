import assert from 'node:assert/strict';
import { folderName } from '../../../src/bundled-asterisk/debian/debian-packages.ts';
import { RUNTIME_PACKAGES } from '../../../src/bundled-asterisk/debian/package-sets.ts';

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
