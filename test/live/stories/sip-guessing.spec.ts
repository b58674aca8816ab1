import assert from 'node:assert/strict';
import { stories } from '../../support/live-story.ts';
import { makeTrunk } from '../../support/story-trunk.ts';
import { Stranger } from '../../support/sip-question.ts';
import { waitUntil } from '../../support/wait-until.ts';

const PASSWORD = 'correct-horse';

stories('Who guesses the passwords of clients', (story) => {
  const strangers: Stranger[] = [];
  const strangerAt = async (host: string) => {
    const stranger = await Stranger.at(host, story().stack.sip);
    strangers.push(stranger);
    return stranger;
  };
  afterEach(async () => {
    await Promise.all(strangers.splice(0).map((stranger) => stranger.close()));
  });

  /** Guesses on and on, until it is answered otherwise than with 401; gives how many guesses that took. */
  async function guessUntilShutOut(stranger: Stranger, login: string): Promise<number> {
    let guesses = 0;
    await waitUntil('the guesser is shut out', async () => {
      for (let round = 0; round < 20; round += 1) {
        guesses += 1;
        const { status } = await stranger.guess(login, `wrong-${guesses}`);
        if (status !== 401) return status === 403;
      }
      return false;
    });
    return guesses;
  }

  for (const [title, login] of [
    ['a login that exists', 'bob'],
    ['a login that does not', 'nobody'],
  ] as const) {
    it(`is shut out soon, with everything that it sends; ${title}`, async () => {
      await story().client('bob');
      const guesser = await strangerAt(login === 'bob' ? '127.0.0.60' : '127.0.0.61');
      const guesses = await guessUntilShutOut(guesser, login);
      assert.ok(guesses < 1000, `${guesses} guesses`);
      assert.equal((await guesser.guess('bob', PASSWORD)).status, 403);
      assert.equal((await guesser.ask({ method: 'OPTIONS', from: 'anybody' })).status, 403);
      const elsewhere = await strangerAt('127.0.0.62');
      assert.equal((await elsewhere.guess('bob', PASSWORD)).status, 200);
    });
  }

  it('may try again after ten seconds', async () => {
    await story().client('bob');
    const guesser = await strangerAt('127.0.0.63');
    await guessUntilShutOut(guesser, 'bob');
    await waitUntil(
      'it is let in again',
      async () => (await guesser.guess('bob', PASSWORD)).status === 200,
      40_000,
    );
  });

  it('is not shut out at the address of a trunk, whose calls must come', async () => {
    const carrier = await story().peer('carrier', '127.0.0.64');
    await makeTrunk(story(), carrier);
    await story().client('bob');
    const guesser = await strangerAt('127.0.0.64');
    for (let guess = 0; guess < 500; guess += 1) await guesser.guess('bob', `wrong-${guess}`);
    assert.equal((await guesser.guess('bob', PASSWORD)).status, 200);
    assert.equal((await (await carrier.call('+1', { from: '+4930777' })).ended).status, 404);
  });
});
