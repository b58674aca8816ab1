import assert from 'node:assert/strict';
import { stories } from '../../support/live-story.ts';
import { makeTrunk } from '../../support/story-trunk.ts';
import { type SipQuestion, Stranger } from '../../support/sip-question.ts';

const METHODS: readonly SipQuestion['method'][] = [
  'INVITE',
  'OPTIONS',
  'MESSAGE',
  'REGISTER',
  'SUBSCRIBE',
  'PUBLISH',
];
const ROUNDS = 300;

stories('Who is neither a client nor a trunk', (story) => {
  let stranger: Stranger;
  beforeEach(async () => {
    stranger = await Stranger.at('127.0.0.6', story().stack.sip);
  });
  afterEach(() => stranger.close());

  it('is asked for a password, whatever name it gives: one of ours, of a client, of a trunk, of nobody', async () => {
    await story().client('bob');
    const carrier = await story().peer('carrier', '127.0.0.7');
    const trunkSid = await makeTrunk(story(), carrier);
    const names = ['rc-out', 'legwork-health', 'anonymous', 'udp', 'legwork', trunkSid, 'bob', 'nobody'];
    const answers: string[] = [];
    for (const from of names) {
      for (const method of METHODS) {
        const { status, text } = await stranger.ask({ method, from });
        answers.push(`${method} ${status} ${shapeOf(text)}`);
      }
    }
    const asNobody = METHODS.map((method) => `${method} 401 ${SHAPE}`);
    assert.deepEqual(
      answers,
      names.flatMap(() => asNobody),
    );
  });

  it('does not keep a caller out by a flood of calls, whatever name it gives', async () => {
    story().app.reply('/voice', '<Response><Reject reason="busy"/></Response>');
    story().app.reply('/number', { status: 204 });
    await story().number('1000');
    const alice = await story().phone('alice');
    for (let round = 0; round < 4; round += 1) {
      for (let call = 0; call < 250; call += 1) stranger.send({ method: 'INVITE', from: 'rc-out' });
      assert.equal((await (await alice.call('1000')).ended).status, 486);
    }
    await story().quiet();
    const busy = Array.from({ length: 4 }, () => 'inbound busy').join(', ');
    assert.deepEqual(await story().legs({ '1000': 'A' }), { A: busy });
  });

  it('cannot tell by the time of an answer whether a login exists', async () => {
    await story().client('bob');
    const times = { bob: [] as number[], nobody: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const from of ['bob', 'nobody'] as const) {
        const { ms } = await stranger.ask({ method: 'REGISTER', from });
        times[from].push(ms);
      }
    }
    const [known, unknown] = [median(times.bob), median(times.nobody)];
    assert.ok(unknown < known * 1.3 && known < unknown * 1.3, `known ${known} ms, unknown ${unknown} ms`);
  });
});

const SHAPE =
  'Via Call-ID From To CSeq WWW-Authenticate(realm,nonce,opaque,algorithm,qop) Server Content-Length';

/** The names of an answer's headers, and of the parts of its challenge. */
function shapeOf(text: string): string {
  const lines = text.trim().split('\r\n').slice(1);
  return lines
    .map((line) => {
      const [name = '', value = ''] = line.split(/:\s*/, 2);
      if (name !== 'WWW-Authenticate') return name;
      return `${name}(${[...value.matchAll(/(\w+)=/g)].map((found) => found[1]).join()})`;
    })
    .join(' ');
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
