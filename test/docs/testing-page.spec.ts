import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { USAGE as DEV_USAGE } from '../../src/kit/dev/arguments.ts';
import { readScenario } from '../../src/kit/scenario/read-scenario.ts';
import { USAGE as TEST_USAGE } from '../../src/kit/test/arguments.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The options that a text names. */
function optionsIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/--[a-z][a-z-]*/g)].map(([option]) => option))].toSorted();
}

describe('docs/testing-your-application.md', () => {
  const page = read('docs/testing-your-application.md');
  const section = (title: string) => {
    const [, text = ''] = page.split(`\n${title}\n`);
    return text.split(/\n##/)[0] ?? '';
  };

  it('shows scenarios that are right', () => {
    const shown = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
    assert.equal(shown.length, 1);
    for (const text of shown) assert.ok('steps' in readScenario('page.yaml', text), text);
  });

  it('shows steps that are right', () => {
    const steps = [...section('### Steps').matchAll(/^\| `(.+?)` \|/gm)]
      .map(([, step = '']) => step)
      .filter((step) => /^(expect|press|speech|wait|hangup|modify|dial)/.test(step));
    assert.equal(steps.length, 7);
    const text = `url: /v\ncall: {}\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`;
    assert.ok('steps' in readScenario('page.yaml', text), JSON.stringify(readScenario('page.yaml', text)));
  });

  it('has all options of legwork test, and no others', () => {
    assert.deepEqual(optionsIn(section('### legwork test')), optionsIn(TEST_USAGE));
  });

  it('has all options of legwork dev, and no others', () => {
    assert.deepEqual(optionsIn(section('## At the keyboard')), optionsIn(DEV_USAGE));
  });

  it('leads to examples that are there', () => {
    const links = [...page.matchAll(/\]\((examples\/[\w/]+)\)/g)].map(([, path = '']) => path);
    assert.deepEqual(links, ['examples/node', 'examples/express', 'examples/python']);
    for (const path of links) assert.ok(existsSync(new URL(`../../docs/${path}`, import.meta.url)), path);
  });

  it("has the README's application server as its first example", () => {
    const [, code] = /^```js\n([\s\S]*?)^```$/m.exec(read('README.md')) ?? [];
    assert.equal(code, read('docs/examples/node/app.mjs'));
  });
});
