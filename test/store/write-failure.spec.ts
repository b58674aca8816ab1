import assert from 'node:assert/strict';
import { TakenError } from '../../src/records/repositories.ts';
import { EntryError, isRefusal, reasonOf } from '../../src/store/write-failure.ts';

describe('A write that failed', () => {
  for (const [title, error, expected] of [
    ['SQLite: a constraint', coded('SQLITE_CONSTRAINT'), true],
    ['SQLite: a mistake in the statement', coded('SQLITE_ERROR'), true],
    ['SQLite: too large', coded('SQLITE_TOOBIG'), true],
    ['SQLite: locked', coded('SQLITE_BUSY'), false],
    ['SQLite: disk full', coded('SQLITE_FULL'), false],
    ['SQLite: disk broken', coded('SQLITE_IOERR'), false],
    ['SQLite: read-only', coded('SQLITE_READONLY'), false],
    ['SQLite: file gone', coded('SQLITE_CANTOPEN'), false],
    ['PostgreSQL: unique violation', coded('23505'), true],
    ['PostgreSQL: text too long', coded('22001'), true],
    ['PostgreSQL: no such column', coded('42703'), true],
    ['PostgreSQL: deadlock', coded('40P01'), false],
    ['PostgreSQL: disk full', coded('53100'), false],
    ['PostgreSQL: too many connections', coded('53300'), false],
    ['PostgreSQL: shutting down', coded('57P01'), false],
    ['PostgreSQL: statement timeout', coded('57014'), false],
    ['PostgreSQL: a standby', coded('25006'), false],
    ['network: refused', coded('ECONNREFUSED'), false],
    ['network: five letters', coded('EPIPE'), false],
    ['pg: connection lost', new Error('Connection terminated unexpectedly'), false],
    ['a mistake of ours', new TypeError('undefined is not a function'), true],
    ['something that is taken', new TakenError('login'), true],
    ['a bad entry', new EntryError('no call'), true],
    ['something that is no error', 'text', true],
  ] as const) {
    it(`${expected ? 'is not tried again' : 'is tried again'}: ${title}`, () => {
      assert.equal(isRefusal(error), expected);
    });
  }

  it('is told in a few words, without the statement', () => {
    const error = Object.assign(new Error(`insert into calls ${'(?), '.repeat(500)} - disk full`), {
      code: '53100',
    });
    const { code, reason } = reasonOf(error);
    assert.equal(code, '53100');
    assert.match(reason, / - disk full$/);
    assert.equal(reason.length, 200);
    assert.deepEqual(reasonOf('text'), { reason: 'text' });
  });
});

function coded(code: string): Error {
  return Object.assign(new Error('what the driver says'), { code });
}
