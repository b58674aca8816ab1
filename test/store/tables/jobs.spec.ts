import assert from 'node:assert/strict';
import { newSid } from '../../../src/call/sids.ts';
import type { ReplayJob } from '../../../src/records/job-repository.ts';
import { describeOnBoth } from '../both-databases.ts';
import { describeOnEvery } from '../every-store.ts';
import { ACCOUNT_SID, NOON } from '../records.ts';

const OTHER_SID = `AC${'2'.repeat(32)}`;
const HELD = NOON + 60_000;

const newJob = (matched: number, more: Partial<ReplayJob> = {}): ReplayJob => ({
  sid: newSid('JO'),
  accountSid: ACCOUNT_SID,
  state: 'running',
  matched,
  replayed: 0,
  dateCreated: NOON,
  dateUpdated: NOON,
  ...more,
});

describeOnEvery('Jobs', (the) => {
  const jobs = () => the().repositories.jobs;

  async function inserted(matched: number, more: Partial<ReplayJob> = {}) {
    const job = newJob(matched, more);
    const callbackSids = Array.from({ length: matched }, () => newSid('CB'));
    assert.equal(await jobs().insert(job, { callbackSids, heldUntil: HELD }, 3), true);
    return { job, callbackSids };
  }

  it('are read by their account alone', async () => {
    const { job } = await inserted(1);
    assert.deepEqual(await jobs().find(ACCOUNT_SID, job.sid), job);
    assert.equal(await jobs().find(OTHER_SID, job.sid), undefined);
    assert.equal(await jobs().find(ACCOUNT_SID, newSid('JO')), undefined);
  });

  it('are done in portions, each once, in order', async () => {
    const { job, callbackSids } = await inserted(250);
    const done: string[] = [];
    for (let portion = await jobs().next(job.sid); portion; portion = await jobs().next(job.sid)) {
      done.push(...portion.callbackSids);
      const replayed = portion.callbackSids.length - 1;
      assert.equal(await jobs().done(job.sid, portion, replayed, NOON + portion.n), true);
      // A repeat, or another process, counts nothing.
      assert.equal(await jobs().done(job.sid, portion, replayed, NOON + 999), true);
    }
    assert.deepEqual(done, callbackSids);
    assert.deepEqual(await jobs().find(ACCOUNT_SID, job.sid), {
      ...job,
      replayed: 247,
      dateUpdated: NOON + 2,
    });
  });

  it('end once, and what is under way then still counts', async () => {
    const { job } = await inserted(250);
    const portion = await jobs().next(job.sid);
    assert.ok(portion);
    assert.equal(await jobs().end(job.sid, 'canceled', NOON + 1), true);
    assert.equal(await jobs().end(job.sid, 'completed', NOON + 2), false);
    assert.equal(await jobs().done(job.sid, portion, 7, NOON + 3), false);
    const ended = { ...job, state: 'canceled', replayed: 7, dateUpdated: NOON + 3 };
    assert.deepEqual(await jobs().find(ACCOUNT_SID, job.sid), ended);
    assert.equal(await jobs().next(job.sid), undefined);
  });

  it('are three of an account at most that run', async () => {
    const [first] = [await inserted(1), await inserted(1), await inserted(1)];
    const work = { callbackSids: [newSid('CB')], heldUntil: HELD };
    const fourth = newJob(1);
    assert.equal(await jobs().insert(fourth, work, 3), false);
    assert.equal(await jobs().find(ACCOUNT_SID, fourth.sid), undefined);
    await inserted(1, { accountSid: OTHER_SID });
    await jobs().end(first.job.sid, 'completed', NOON);
    assert.equal(await jobs().insert(fourth, work, 3), true);
  });

  it('are taken when nobody holds them any more, and run', async () => {
    const [{ job: one }, { job: held }, { job: ended }] = [
      await inserted(1),
      await inserted(1),
      await inserted(1),
    ];
    await jobs().end(ended.sid, 'failed', NOON);
    await jobs().hold([held.sid], HELD + 5);
    assert.deepEqual(await jobs().take(HELD - 1, HELD + 9), []);
    assert.deepEqual(await jobs().take(HELD, HELD + 9), [one]);
    assert.deepEqual(await jobs().take(HELD + 8, HELD + 9), [held]);
  });
});

describeOnBoth('Jobs that have ended', (the) => {
  it('are removed after RETENTION_DAYS, others stay', async () => {
    const { store, clock } = the();
    const { jobs } = store.repositories;
    const [old, running] = [newJob(1), newJob(1)];
    for (const job of [old, running]) {
      await jobs.insert(job, { callbackSids: [newSid('CB')], heldUntil: HELD }, 3);
    }
    await jobs.end(old.sid, 'canceled', NOON);
    clock.jump(32 * 24 * 3_600_000);
    await store.removeOlderThan(30);
    assert.equal(await jobs.find(ACCOUNT_SID, old.sid), undefined);
    assert.equal(await jobs.next(old.sid), undefined);
    assert.deepEqual(await jobs.find(ACCOUNT_SID, running.sid), running);
    assert.ok(await jobs.next(running.sid));
  });
});
