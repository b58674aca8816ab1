import assert from 'node:assert/strict';
import { RecentDocuments } from '../../src/main/recent-documents.ts';

describe('How long documents took lately', () => {
  it('is not known before there were any', () => {
    assert.equal(new RecentDocuments().p95('AC1'), undefined);
  });

  it('is the time within which 95 of 100 came, of each account', () => {
    const recent = new RecentDocuments();
    for (let ms = 1; ms <= 100; ms += 1) recent.took('AC1', ms);
    recent.took('AC2', 7.4);
    assert.deepEqual([recent.p95('AC1'), recent.p95('AC2')], [95, 7]);
  });

  it('is of the last 200 documents, and of the last 1,000 accounts', () => {
    const recent = new RecentDocuments();
    recent.took('AC0', 9_000);
    for (let n = 0; n < 200; n += 1) recent.took('AC0', 5);
    assert.equal(recent.p95('AC0'), 5);
    for (let n = 1; n <= 1_000; n += 1) recent.took(`AC${n}`, 1);
    assert.equal(recent.p95('AC0'), undefined);
    assert.equal(recent.p95('AC1'), 1);
  });
});
