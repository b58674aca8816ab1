import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import {
  CLUSTER_PACKAGES,
  DEBIAN_RELEASE,
  RUNTIME_PACKAGES,
} from '../../../src/bundled-asterisk/debian/package-sets.ts';
import { nodeArguments } from '../../support/node-arguments.ts';

describe('The container image of Asterisk', () => {
  it('is made from the release and the packages of the bundled Asterisk', async () => {
    const dockerfile = await readFile(new URL('../../../Dockerfile', import.meta.url), 'utf8');
    assert.equal(/^ARG DEBIAN_RELEASE=(\S+)$/m.exec(dockerfile)?.[1], DEBIAN_RELEASE);
    for (const name of RUNTIME_PACKAGES.packages) assert.match(dockerfile, new RegExp(`[ ]${name}[ \\n]`));
  });
});

describe('The container image of Legwork', () => {
  it('runs Node with the arguments that npm start gives it', async () => {
    const dockerfile = await readFile(new URL('../../../Dockerfile', import.meta.url), 'utf8');
    assert.ok(dockerfile.includes(`exec node ${(await nodeArguments()).join(' ')} dist/main.js`));
  });
});

describe('The container image of Kamailio', () => {
  it('has the packages of the one that npm run kamailio starts', async () => {
    const dockerfile = await readFile(new URL('../../../Dockerfile', import.meta.url), 'utf8');
    const packages = CLUSTER_PACKAGES.packages.filter((name) => name.startsWith('kamailio'));
    assert.ok(dockerfile.includes(` ${packages.join(' ')} `));
  });
});
