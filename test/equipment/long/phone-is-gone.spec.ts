import assert from 'node:assert/strict';
import { aliceCalls, legIsTold } from '../../support/dial-story.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import { waitUntil } from '../../support/wait-until.ts';

const NAMES = { '1000': 'A', bob: 'B', '2000': 'Z' };
const WHY = 'No media came for 2 s, and the other side no longer answers SIP either (MEDIA_TIMEOUT_S)';
/** Asterisk waits 32 s for an answer to its re-INVITE, and 32 s for one to its BYE. */
const GONE_WITHIN_MS = 80_000;

/** What the customer reads of why a leg ended: its notifications, and the last lines of its timeline. */
async function toldOf(story: LiveStory, sid: string) {
  const { json: notified } = await story.rest('GET', `/Calls/${sid}/Notifications.json`);
  const notifications = notified['notifications'] as Record<string, string>[];
  const { json: timeline } = await story.rest('GET', `/Calls/${sid}/Events.json?PageSize=1000`);
  const events = timeline['events'] as { kind: string; data: Record<string, unknown> }[];
  const end = events.find(({ data }) => data['event'] === 'completed');
  return {
    notifications: notifications.map((one) => `${one['error_code']} ${one['message_text']}`),
    notices: events.filter(({ kind }) => kind === 'notice').map(({ data }) => data['message']),
    cause: (end?.data['cause'] as { why?: string } | undefined)?.why,
  };
}

const LOST = { notifications: [`53405 ${WHY}`], notices: [WHY], cause: WHY };

stories(
  'A phone that is gone without a word',
  (story) => {
    it('is hung up within its time in a talk, at a menu and on hold; one that is only silent is not', async () => {
      const [bob, muted, holding] = [
        await story().phone('bob'),
        await story().phone('muted'),
        await story().phone('holding'),
      ];
      story().app.reply('/after', '<Response/>');
      const { call } = await aliceCalls(
        story(),
        '<Dial action="/after"><Client statusCallback="/bob">bob</Client></Dial>',
      );
      const atBob = await bob.incoming();
      await atBob.answer();
      story().app.reply('/voice', '<Response><Gather timeout="600"/></Response>');
      const silent = await muted.call('1000');
      const held = await holding.call('1000');
      await Promise.all([silent.answered, held.answered]);
      silent.audio.stopSending();
      await held.hold();
      for (const phone of [bob, holding]) await phone.stop({ abruptly: true });

      const isOver = async (sid: string | undefined) =>
        (await story().calls()).find((one) => one.sid === sid)?.status === 'completed';
      const legs = await story().calls();
      const [alices, bobs, muteds, holdings] = ['alice', 'bob', 'muted', 'holding'].map((who) =>
        String(legs.find(({ from, to }) => (who === 'bob' ? to : from) === who)?.sid),
      ) as [string, string, string, string];
      await waitUntil(
        'those that are gone are hung up',
        async () => (await isOver(bobs)) && (await isOver(holdings)),
        GONE_WITHIN_MS,
      );
      assert.deepEqual([await toldOf(story(), bobs), await toldOf(story(), holdings)], [LOST, LOST]);
      // Alice has gone on with her document, which ends there.
      assert.equal((await call.ended).how, 'bye');
      assert.deepEqual((await toldOf(story(), alices)).notifications, []);
      assert.equal(silent.isOver, false);
      assert.deepEqual((await toldOf(story(), muteds)).notifications, []);
      await silent.hangUp();
      await story().quiet();
      const requests = story().requests(NAMES);
      assert.deepEqual(requests['B /bob'], legIsTold(['initiated', 'answered'], 'completed'));
    });
  },
  { MEDIA_TIMEOUT_S: '2' },
);
