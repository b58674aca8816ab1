// Takes about 60 s.
import assert from 'node:assert/strict';
import { type OutgoingCall, Phone } from '../../src/phone/phone.ts';
import { clusterStories, type ClusterStory } from '../support/cluster-stories.ts';
import { noLongerHears } from '../support/no-longer-hears.ts';
import { isEmpty, QUIET_MS } from '../support/story-stack.ts';
import { waitUntil } from '../support/wait-until.ts';

const ALICE_HZ = 440;
const CAROL_HZ = 697;
const ROOM =
  '<Dial action="/after"><Conference statusCallback="/room" statusCallbackEvent="start end join leave mute">sales</Conference></Dial>';

interface InRoom {
  readonly alice: OutgoingCall;
  readonly carol: OutgoingCall;
}

/** Alice calls 1000 at switch a, Carol at switch b; the document puts both into the same conference. */
async function bothEnter(story: ClusterStory): Promise<InRoom> {
  for (const path of ['/number', '/room']) story.app.reply(path, { status: 204 });
  story.app.reply('/voice', `<Response>${ROOM}</Response>`);
  story.app.reply('/after', '<Response><Hangup/></Response>');
  await story.number('1000');
  const phone = await story.phone('alice');
  const alice = await phone.call('1000');
  await alice.answered;
  await story.app.waitFor((requests) => requests.some(({ path }) => path === '/room'));
  await story.client('carol');
  const other = await Phone.start({ name: 'carol', password: 'correct-horse', server: story.stack.b.sip });
  story.onEnd(() => other.stop());
  const registers = () =>
    other.register().then(
      () => true,
      () => false,
    );
  await waitUntil('carol registers at switch b', registers);
  const carol = await other.call('1000');
  await carol.answered;
  alice.audio.sendTone(ALICE_HZ);
  carol.audio.sendTone(CAROL_HZ);
  return { alice, carol };
}

async function hearEachOther({ alice, carol }: InRoom, forMs = 500): Promise<void> {
  alice.audio.mark();
  carol.audio.mark();
  await Promise.all([alice.audio.heardTone(CAROL_HZ, { forMs }), carol.audio.heardTone(ALICE_HZ, { forMs })]);
}

/** What the application server was told of the conference, in order. */
function told({ app }: ClusterStory): readonly string[] {
  return app.requests.flatMap(({ path, params }) =>
    path === '/room' ? [`${params['SequenceNumber']} ${params['StatusCallbackEvent']}`] : [],
  );
}

clusterStories('A conference has participants on two switches', (story) => {
  it('who hear each other, are muted at any node, and all leave when it is ended', async () => {
    const both = await bothEnter(story());
    await hearEachOther(both);
    const calls = await story().calls();
    const sids = new Map(calls.map(({ sid, from }) => [from, sid]));
    const { json } = await story().rest('GET', '/Conferences.json?Status=in-progress');
    const [room] = json['conferences'] as { sid: string }[];
    const participants = `/Conferences/${room?.sid}/Participants`;
    const listed = (await story().rest('GET', `${participants}.json`)).json['participants'];
    assert.equal((listed as unknown[]).length, 2);
    const muted = await story().stack.b.rest('POST', `${participants}/${sids.get('carol')}.json`, {
      Muted: 'true',
    });
    assert.equal(muted.status, 200, JSON.stringify(muted.json));
    await noLongerHears(both.alice, CAROL_HZ);
    both.carol.audio.mark();
    await both.carol.audio.heardTone(ALICE_HZ, { forMs: 500 });
    const ended = await story().rest('POST', `/Conferences/${room?.sid}.json`, { Status: 'completed' });
    assert.equal(ended.status, 200, JSON.stringify(ended.json));
    await Promise.all([both.alice.ended, both.carol.ended]);
    await story().quiet();
    assert.deepEqual(told(story()), [
      '0 participant-join',
      '1 participant-join',
      '2 conference-start',
      '3 participant-mute',
      '4 participant-leave',
      '5 participant-leave',
      '6 conference-end',
    ]);
    const after = story().app.requests.filter(({ path }) => path === '/after');
    assert.deepEqual(
      after.map(({ params }) => params['DialCallStatus']),
      ['completed', 'completed'],
    );
    assert.deepEqual(await story().legs({ '1000': 'A' }), { A: 'inbound completed, inbound completed' });
  });

  it('who talk on when the node of one switch is killed, and leave as if nothing had happened', async () => {
    const both = await bothEnter(story());
    await hearEachOther(both);
    await story().stack.a.crash();
    await hearEachOther(both);
    await story().stack.drives('b', 'a', 20_000);
    await hearEachOther(both);
    await both.carol.hangUp();
    await story().app.waitFor((requests) =>
      requests.some(
        ({ path, params }) => path === '/room' && params['StatusCallbackEvent'] === 'participant-leave',
      ),
    );
    await both.alice.hangUp();
    await story().quiet();
    assert.deepEqual(
      [...new Set(told(story()))],
      [
        '0 participant-join',
        '1 participant-join',
        '2 conference-start',
        '3 participant-leave',
        '4 participant-leave',
        '5 conference-end',
      ],
    );
    const isFree = async () => isEmpty(await story().stack.a.ari('bridges'));
    await waitUntil('no bridge is left', isFree, QUIET_MS);
  });
});
