import assert from 'node:assert/strict';
import { aliceCalls, legIsTold, numberIsTold, VOICE } from '../../support/dial-story.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';

const NAMES = { '1000': 'A', bob: 'B', '2000': 'Z' };
const WHY =
  'Neither RTP nor RTCP came for 2 s (3600 s while on hold), so the call was ended: MEDIA_TIMEOUT_S';

/** What the customer reads of why the leg to `to` ended: its notifications, and the last lines of its timeline. */
async function toldOf(story: LiveStory, to: string) {
  const leg = (await story.calls()).find((call) => call.to === to);
  const { json: notified } = await story.rest('GET', `/Calls/${leg?.sid}/Notifications.json`);
  const notifications = notified['notifications'] as Record<string, string>[];
  const { json: timeline } = await story.rest('GET', `/Calls/${leg?.sid}/Events.json?PageSize=1000`);
  const events = timeline['events'] as { kind: string; data: Record<string, unknown> }[];
  const end = events.find(({ data }) => data['event'] === 'completed');
  return {
    notifications: notifications.map((one) => `${one['error_code']} ${one['message_text']}`),
    notices: events.filter(({ kind }) => kind === 'notice').map(({ data }) => data['message']),
    cause: end?.data['cause'],
  };
}

const LOST = {
  notifications: [`53405 ${WHY}`],
  notices: [WHY],
  cause: { q850: 44, why: WHY, noMedia: true },
};

stories(
  'A phone that has lost its power',
  (story) => {
    it('is hung up, and the notification, the timeline and the status say so', async () => {
      const { call } = await aliceCalls(story(), '<Gather timeout="60"/>');
      await call.answered;
      call.audio.stopSending();
      assert.equal((await call.ended).how, 'bye');
      await story().quiet();
      assert.deepEqual(story().requests(NAMES), { 'A /voice': VOICE, 'A /number': numberIsTold() });
      assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
      assert.deepEqual(await toldOf(story(), '1000'), LOST);
    });

    it('ends the talk, and the caller goes on with its document', async () => {
      const bob = await story().phone('bob');
      story().app.reply('/after', '<Response/>');
      const { call } = await aliceCalls(
        story(),
        '<Dial action="/after"><Client statusCallback="/bob">bob</Client></Dial>',
      );
      const atBob = await bob.incoming();
      await atBob.answer();
      atBob.audio.stopSending();
      assert.equal((await call.ended).how, 'bye');
      await story().quiet();
      assert.deepEqual(story().requests(NAMES), {
        'A /voice': VOICE,
        'A /after': [
          'POST CallStatus=in-progress Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200',
        ],
        'A /number': numberIsTold('completed'),
        'B /bob': legIsTold(['initiated', 'answered'], 'completed'),
      });
      assert.deepEqual(await toldOf(story(), 'bob'), LOST);
      const { notifications } = await toldOf(story(), '1000');
      assert.deepEqual(notifications, []);
    });

    it('is not one that holds us', async () => {
      const { alice, call } = await aliceCalls(story(), '<Gather timeout="60"/>');
      await call.answered;
      await call.hold();
      // Another one, silent for as long, is ended meanwhile.
      const silent = await alice.call('1000');
      await silent.answered;
      silent.audio.stopSending();
      assert.equal((await silent.ended).how, 'bye');
      assert.equal(call.isOver, false);
      await call.hangUp();
      await story().quiet();
    });
  },
  { MEDIA_TIMEOUT_S: '2' },
);
