import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('docs/contributing.md', () => {
  const page = read('docs/contributing.md');
  const [file, line, spec, route, ...others] = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    ([, code = '']) => code,
  );

  it('shows <Pause> as it is', () => {
    assert.equal(file, read('src/rcml/verbs/pause.ts'));
    assert(line !== undefined && read('src/rcml/verbs/index.ts').includes(`\n${line}`));
    assert(spec !== undefined && read('test/rcml/verbs/pause.spec.ts').includes(spec));
    assert.deepEqual(others, []);
  });

  it('shows a route as it is', () => {
    const indented = route?.replace(/^(?=.)/gm, '    ') ?? '';
    assert(indented !== '' && read('src/api/notifications/routes.ts').includes(indented));
  });

  it('names only files and folders that exist', () => {
    const named = [...page.matchAll(/`((?:src|test|docs)\/[\w./-]+)`/g)].map(([, path = '']) => path);
    assert(named.length > 10);
    for (const path of named) assert(existsSync(new URL(`../../${path}`, import.meta.url)), path);
  });

  it('names only commands that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...page.matchAll(/npm (?:run )?([a-z][\w:]*)`/g)].map(([, script = '']) => script);
    assert(named.length > 5);
    for (const script of named) assert(script in scripts, script);
  });
});
