// Takes about 20 s.
import assert from 'node:assert/strict';
import type { OutgoingCall } from '../../src/phone/phone.ts';
import { aliceCalls } from '../support/dial-story.ts';
import { clusterStories, type ClusterStory } from '../support/cluster-stories.ts';
import { Stranger } from '../support/sip-question.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP, DIAL_BOB } from '../support/talk-story.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAMES = { '1000': 'A', bob: 'B' };
const TALKED = { A: 'inbound completed', B: 'outbound-dial completed' };
const BEHIND = { behindKamailio: true };
const MOST_CALLS = 20;

/** Kamailio's processes may overtake each other: an answer at the same moment as the ringing may come first. */
function talkAtKamailio(story: ClusterStory) {
  const rang = () =>
    story.app.waitFor((requests) => requests.some(({ params }) => params['CallEvent'] === 'ringing'));
  return aliceAndBobTalk(story, DIAL_BOB, rang);
}

/** How many channels the Asterisk of each node has. */
async function channels({ stack }: ClusterStory): Promise<readonly number[]> {
  const lists = await Promise.all([stack.a, stack.b].map((node) => node.ari('channels')));
  return lists.map((list) => (list as readonly unknown[]).length);
}

clusterStories(
  'Phones register at Kamailio',
  (story) => {
    it('and call each other through the switches, which tell the application server what a single Legwork tells', async () => {
      const talk = await talkAtKamailio(story());
      for (const node of ['a', 'b'] as const) {
        story().stack.restAt = node;
        const { json } = await story().rest('GET', '/Clients.json?Login=bob');
        const [bob] = json['clients'] as { registered: boolean; contacts: string[] }[];
        assert.equal(bob?.registered, true, `node ${node} says that bob is registered`);
        assert.match(bob?.contacts[0] ?? '', /^sip:bob@127\.0\.0\.1:/);
      }
      await areHeard(talk);
      await talk.atBob.hangUp();
      await talk.call.ended;
      await story().quiet();
      assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
      assert.deepEqual(await story().legs(NAMES), TALKED);
    });

    it('and their calls are spread over both switches', async () => {
      const { alice, call } = await aliceCalls(story(), '<Play digits="1"/><Pause length="60"/>', []);
      const calls: OutgoingCall[] = [call];
      await call.answered;
      while ((await channels(story())).includes(0) && calls.length < MOST_CALLS) {
        calls.push(await alice.call('1000'));
        await calls.at(-1)?.answered;
      }
      const [atA = 0, atB = 0] = await channels(story());
      assert.ok(atA > 0 && atB > 0, `${atA} calls at switch a, ${atB} at switch b`);
      for (const one of calls) await one.hangUp();
      await story().quiet();
    });

    it('and are nobody else there, whatever headers they send', async () => {
      const headers = { 'X-Legwork-Client': 'bob', 'X-Legwork-Key': 'guessed', 'X-Own': 'kept' };
      const { call } = await aliceCalls(story(), '<Play digits="1"/><Pause length="60"/>', [], { headers });
      await call.answered;
      await call.hangUp();
      await story().quiet();
      const voice = story().app.requests.find(({ path }) => path === '/voice');
      const said = Object.entries(voice?.params ?? {}).filter(([name]) => /^(From|SipHeader_.*)$/.test(name));
      assert.deepEqual(Object.fromEntries(said), { From: 'alice', 'SipHeader_X-Own': 'kept' });
    });

    it('while a switch takes no call from anybody who does not have the key, by UDP and with any name', async () => {
      const { stack } = story();
      const stranger = await Stranger.at('127.0.0.1', stack.a.sip);
      story().onEnd(() => stranger.close());
      await story().client('bob');
      for (const headers of [[], ['X-Legwork-Client: bob'], ['X-Legwork-Client: bob', 'X-Legwork-Key: 1']]) {
        for (const from of ['bob', 'legwork-proxy']) {
          const { status } = await stranger.ask({ method: 'INVITE', from, headers });
          assert.equal(status, 401, `${from} with ${headers.join(', ')}`);
        }
      }
      assert.deepEqual(story().app.requests, []);
    });

    it('and Kamailio does not lead a stranger to them, and shuts out who guesses passwords', async () => {
      await story().phone('bob');
      const stranger = await Stranger.at('127.0.0.9', story().stack.sip);
      story().onEnd(() => stranger.close());
      const invite = await stranger.ask({
        method: 'INVITE',
        from: 'stack',
        to: 'bob',
        headers: ['X-Legwork-Key: 1'],
      });
      assert.equal(invite.status, 407);
      const statuses: number[] = [];
      for (let tried = 0; tried < 10; tried += 1)
        statuses.push((await stranger.guess('bob', `wrong${tried}`)).status);
      assert.deepEqual(new Set(statuses), new Set([401]));
      stranger.send({ method: 'REGISTER', from: 'bob' });
      const neighbour = await Stranger.at('127.0.0.8', story().stack.sip);
      story().onEnd(() => neighbour.close());
      assert.equal(
        (await neighbour.ask({ method: 'REGISTER', from: 'bob' })).status,
        401,
        'others are asked',
      );
    });

    it('and talk on when Kamailio is killed; it is there again, knows them, and ends the call', async () => {
      const talk = await talkAtKamailio(story());
      await story().stack.kamailio?.crash();
      await areHeard(talk);
      await talk.atBob.hangUp();
      await talk.call.ended;
      await story().quiet();
      assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
      const ordered = story().rest('POST', '/Calls.json', {
        From: 'legwork',
        To: 'client:bob',
        Url: story().app.url('/after'),
      });
      assert.equal((await ordered).status, 201);
      await waitUntil('bob was called', async () => (await story().calls()).length === 3);
    });
  },
  BEHIND,
);
