import assert from 'node:assert/strict';
import { type FaultStory, faultStories } from '../../support/fault-stories.ts';
import { orderCall, STATUS } from '../../support/live-rest-calls.ts';
import { aliceAndBobTalk } from '../../support/talk-story.ts';

const NAMES = { '1000': 'A', bob: 'B', carol: 'C' };
const CHILD = 'POST Direction=outbound-dial';
const TALKED = {
  'A /voice': ['POST CallStatus=ringing Direction=inbound'],
  'B /bob': [
    `${CHILD} CallStatus=initiated CallEvent=initiated SequenceNumber=0`,
    `${CHILD} CallStatus=ringing CallEvent=ringing SequenceNumber=1`,
    `${CHILD} CallStatus=in-progress CallEvent=answered SequenceNumber=2`,
    `${CHILD} CallStatus=completed CallEvent=completed SequenceNumber=3`,
  ],
};
const NUMBER = [
  'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
  'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
];

const TITLE = 'Legwork is asked to stop (SIGTERM) while Alice and Bob talk';

function talk(story: FaultStory) {
  return aliceAndBobTalk(
    story,
    '<Dial><Client statusCallback="/bob">bob</Client></Dial><Redirect>/never</Redirect>',
  );
}

faultStories(
  TITLE,
  (story) => {
    it('lets them talk on, refuses new calls with 503, and ends when they hang up', async () => {
      const { call, atBob } = await talk(story());
      const carol = await story().phone('carol');
      const exit = story().stack.stop();
      await story().stack.stops();
      assert.equal((await (await carol.call('1000')).ended).status, 503);
      const order = { To: 'client:carol', From: '1', Url: story().app.url('/voice') };
      assert.equal((await story().rest('POST', '/Calls.json', order)).status, 503);
      call.audio.mark();
      await call.audio.heardTone(697, { forMs: 500 });
      await call.hangUp();
      assert.equal((await atBob.ended).how, 'bye');
      assert.equal(await exit, 0);
      assert.deepEqual(story().requests(NAMES), {
        ...TALKED,
        'A /number': [
          ...NUMBER,
          'POST CallStatus=completed Direction=inbound DialCallStatus=in-progress SequenceNumber=2',
        ],
      });
      await story().stack.start();
      assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
    });
  },
  async () => ({ DRAIN_TIMEOUT_S: '30' }),
);

faultStories(
  TITLE,
  (story) => {
    it('ends every call when the time to drain is over, and tells of each end before it goes', async () => {
      const { call, atBob } = await talk(story());
      const carol = await story().phone('carol');
      await orderCall(story(), { To: 'client:carol' });
      const atCarol = await carol.incoming();
      atCarol.ring();
      await story().app.waitFor((requests) =>
        requests.some(({ params }) => params['To'] === 'carol' && params['CallStatus'] === 'ringing'),
      );
      const began = performance.now();
      const exit = story().stack.stop();
      assert.deepEqual(
        (await Promise.all([call.ended, atBob.ended, atCarol.ended])).map(({ by, how }) => `${by} ${how}`),
        ['them bye', 'them bye', 'them cancel'],
      );
      assert.equal(await exit, 0);
      assert.ok(performance.now() - began < 20_000);
      const requests = story().requests(NAMES);
      const last = requests['A /number']?.pop() ?? '';
      assert.match(
        last,
        /^POST CallStatus=completed Direction=inbound DialCallStatus=(in-progress|completed) SequenceNumber=2$/,
      );
      assert.deepEqual(requests, {
        ...TALKED,
        'A /number': NUMBER,
        'C /status': [STATUS.initiated, STATUS.ringing, STATUS.canceled],
      });
      await story().stack.start();
      assert.deepEqual(await story().legs(NAMES), {
        A: 'inbound completed',
        B: 'outbound-dial completed',
        C: 'outbound-api canceled',
      });
    });
  },
  async () => ({ DRAIN_TIMEOUT_S: '0' }),
);
