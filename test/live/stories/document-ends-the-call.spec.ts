import assert from 'node:assert/strict';
import { aliceCalls1000 } from '../../support/alice-calls-1000.ts';
import type { Answer } from '../../support/application-server.ts';
import { stories } from '../../support/live-story.ts';

const NAMES = { '1000': 'A' };
const FIRST = 'POST CallStatus=ringing Direction=inbound';

const DOCUMENTS: readonly (readonly [what: string, answer: Answer])[] = [
  ['an empty Response', '<Response/>'],
  ['an empty body', { status: 200, body: '' }],
  ['no content', { status: 204 }],
  ['only a comment', '<Response><!-- nothing to do --></Response>'],
  ['only verbs that do not exist', '<Response><Sing>la</Sing></Response>'],
  ['Hangup', '<Response><Hangup/><Reject/></Response>'],
];

stories('A document without anything to do', (story) => {
  for (const [what, answer] of DOCUMENTS) {
    it(`answers the call, hangs up, and the call was completed: ${what}`, async () => {
      const call = await aliceCalls1000(story(), answer);
      await call.answered;
      const { by, how } = await call.ended;
      assert.deepEqual({ by, how }, { by: 'them', how: 'bye' });
      await story().quiet();
      assert.deepEqual(story().requests(NAMES), {
        'A /voice': [FIRST],
        'A /number': [
          'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
          'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
          'POST CallStatus=completed Direction=inbound SequenceNumber=2',
        ],
      });
      assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
    });
  }
});
