import assert from 'node:assert/strict';
import { withFields } from '../../src/concurrency/log.ts';

describe('A log with fields', () => {
  it('writes each line with them, at its level; a line may have its own value', () => {
    const lines: (readonly [level: string, fields: object, message: string])[] = [];
    const write = (level: string) => (fields: object, message: string) =>
      void lines.push([level, fields, message]);
    const all = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
    const log = withFields(all, { requestId: '1', path: '/' });
    log.debug({}, 'a');
    log.info({ status: 200 }, 'b');
    log.warn({ path: '/x' }, 'c');
    log.error({ err: 'e' }, 'd');
    assert.deepEqual(lines, [
      ['debug', { requestId: '1', path: '/' }, 'a'],
      ['info', { requestId: '1', path: '/', status: 200 }, 'b'],
      ['warn', { requestId: '1', path: '/x' }, 'c'],
      ['error', { requestId: '1', path: '/', err: 'e' }, 'd'],
    ]);
  });
});
