import assert from 'node:assert/strict';
import { destinationOf, type Owed } from '../../../src/call/callbacks-queue.ts';
import { newSid } from '../../../src/call/sids.ts';
import { describeOnBoth } from '../both-databases.ts';
import { describeOnEvery } from '../every-store.ts';
import { ACCOUNT_SID, callback, callEvent, ENDS, entry, fullLeg, leg, NOON, PHASES } from '../records.ts';

const WHO = { owner: 'legwork-1', asteriskId: 'asterisk-1' };

describeOnEvery('What the journal keeps', (the) => {
  for (const [title, state] of [...PHASES, ...ENDS]) {
    it(`is a leg that is ${title}`, async () => {
      const written = fullLeg();
      await the().journal.commit({
        subjectSid: written.sid,
        accountSid: ACCOUNT_SID,
        leg: { leg: written, state },
      });
      assert.deepEqual(await the().leg(written.sid), { leg: written, state });
      assert.equal(await the().leg(newSid('CA')), undefined);
    });
  }

  it('is the last state and position of a leg whose steps come faster than they are written', async () => {
    const written = leg();
    const state = { phase: 'in-progress', initiatedAt: NOON, answeredAt: NOON + 7 } as const;
    const event = (n: number) => ({ events: [callEvent(written.sid, { data: { n } })] });
    const { journal, repositories } = the();
    await Promise.all([
      journal.commit(entry(written, { position: { verb: 0 }, ...event(1) })),
      journal.commit({
        subjectSid: written.sid,
        accountSid: ACCOUNT_SID,
        position: { verb: 1 },
        ...event(2),
      }),
      journal.commit({
        subjectSid: written.sid,
        accountSid: ACCOUNT_SID,
        leg: { leg: written, state },
        ...event(3),
      }),
    ]);
    assert.deepEqual(await the().leg(written.sid), { leg: written, state });
    assert.deepEqual(await the().position(written.sid), { verb: 1 });
    const events = await repositories.timeline.eventsOf(written.sid);
    assert.deepEqual(
      events.map(({ data }) => data),
      [{ n: 1 }, { n: 2 }, { n: 3 }],
    );
  });

  it('is a position until it is told to forget it, without what JSON does not have', async () => {
    const written = leg();
    const { journal } = the();
    await journal.commit(
      entry(written, { position: { verb: 4, none: undefined, text: 'it\u0000s "ok" ☎' } }),
    );
    await journal.commit(entry(written));
    assert.deepEqual(await the().position(written.sid), { verb: 4, text: 'it\u0000s "ok" ☎' });
    await journal.commit({ subjectSid: written.sid, accountSid: ACCOUNT_SID, position: null });
    assert.equal(await the().position(written.sid), undefined);
  });

  it('is the last document of a leg until it is removed, whatever else is written about it', async () => {
    const [one, other] = [leg(), leg()];
    const { journal } = the();
    const about = ({ sid }: { readonly sid: string }) => ({ subjectSid: sid, accountSid: ACCOUNT_SID });
    const first = { name: 'one', text: 'it\u0000s "ok" ☎' };
    const second = { name: 'two', text: 'x'.repeat(65_536) };
    await Promise.all([
      journal.commit(entry(one, { position: { verb: 1 }, document: first })),
      journal.commit(entry(other, { position: { verb: 1 }, document: first })),
      journal.commit({ ...about(one), position: { verb: 2 } }),
    ]);
    assert.deepEqual(await the().document(one.sid), first);
    await journal.commit({ ...about(one), position: { verb: 0 }, document: second });
    assert.deepEqual(await the().document(one.sid), second);
    await journal.commit({ ...about(one), position: null, document: null });
    assert.deepEqual(await the().document(one.sid), undefined);
    assert.deepEqual(await the().document(other.sid), first);
  });
});

describeOnBoth('The journal', (the) => {
  for (const [title, state] of PHASES) {
    it(`gives back a leg that is ${title} as it was written, with its position`, async () => {
      const written = fullLeg();
      const position = { document: 1, verb: [0, 2], waitsFor: [newSid('CA')], text: 'it\u0000s "ok" ☎' };
      await the().store.journal.commit({
        subjectSid: written.sid,
        accountSid: ACCOUNT_SID,
        leg: { leg: written, state },
        position,
      });
      assert.deepEqual(await the().store.nonFinalLegs(), [{ leg: written, state, position, ...WHO }]);
    });
  }

  for (const [title, state] of ENDS) {
    it(`no longer counts a leg that ended (${title}) among those to be reconciled`, async () => {
      const written = leg();
      await the().store.journal.commit(entry(written));
      await the().store.journal.commit({
        subjectSid: written.sid,
        accountSid: ACCOUNT_SID,
        leg: { leg: written, state },
      });
      assert.deepEqual(await the().store.nonFinalLegs(), []);
    });
  }

  it('gives a start also the ended legs that still owe an action', async () => {
    const written = leg();
    const position = { step: 'action' };
    const [[, state] = assert.fail()] = ENDS;
    await the().store.journal.commit(entry(written));
    await the().store.journal.commit({
      subjectSid: written.sid,
      accountSid: ACCOUNT_SID,
      leg: { leg: written, state },
      position,
    });
    assert.deepEqual(await the().store.unfinishedLegs(), [{ leg: written, state, position, ...WHO }]);
    await the().store.journal.commit({ subjectSid: written.sid, accountSid: ACCOUNT_SID, position: null });
    assert.deepEqual(await the().store.unfinishedLegs(), []);
  });

  it('gives back a leg of which only the necessary is known without anything else', async () => {
    const written = leg();
    const state = { phase: 'queued' } as const;
    await the().store.journal.commit({
      subjectSid: written.sid,
      accountSid: ACCOUNT_SID,
      leg: { leg: written, state },
    });
    assert.deepEqual(await the().store.nonFinalLegs(), [{ leg: written, state, ...WHO }]);
  });

  it('takes the change of a status callback while the leg lives', async () => {
    const written = fullLeg();
    const changed = {
      ...written,
      statusCallback: { kind: 'leg', url: 'http://b/', method: 'POST', events: ['completed'] },
    } as const;
    await the().store.journal.commit(entry(written));
    await the().store.journal.commit(entry(changed));
    assert.deepEqual((await the().store.nonFinalLegs())[0]?.leg, changed);
  });

  it('keeps what PostgreSQL cannot hold as text with a replacement', async () => {
    const written = leg({ callerName: 'A\0B' });
    await the().store.journal.commit(entry(written));
    assert.equal((await the().store.nonFinalLegs())[0]?.leg.callerName, 'A\uFFFDB');
  });

  it('keeps notifications', async () => {
    const written = leg();
    const sid = newSid('NO');
    const notification = {
      sid,
      accountSid: ACCOUNT_SID,
      callSid: written.sid,
      at: NOON,
      level: 'warning',
      errorCode: 12100,
      message: 'Line 3: …',
    } as const;
    await the().store.journal.commit({
      subjectSid: written.sid,
      accountSid: ACCOUNT_SID,
      notifications: [notification],
    });
    await the().store.ping(1_000);
    const rows: unknown[] = await the()
      .database.reader('notifications')
      .select('sid', 'error_code', 'message', 'request_url');
    assert.deepEqual(rows, [{ sid, error_code: 12100, message: 'Line 3: …', request_url: null }]);
  });

  it('tells its listeners of callbacks once they are written, and of nothing else', async () => {
    const written = leg();
    const heard: Owed[] = [];
    const stop = the().store.onCallbacks((owed) => heard.push(...owed));
    await the().store.journal.commit(entry(written, { events: [callEvent(written.sid)] }));
    assert.deepEqual(heard, []);
    const one = callback(written.sid);
    await the().store.journal.commit(entry(written, { callbacks: [one] }));
    const expected = [{ destination: destinationOf(one), at: one.createdAt }];
    assert.deepEqual(heard, expected);
    stop();
    await the().store.journal.commit(entry(written, { callbacks: [callback(written.sid)] }));
    assert.deepEqual(heard, expected);
  });
});
