import type { Phone } from '../../../src/phone/phone.ts';
import { stories } from '../../support/live-story.ts';
import { Stranger } from '../../support/sip-question.ts';
import { makeTrunk } from '../../support/story-trunk.ts';
import { waitUntil } from '../../support/wait-until.ts';

// Born of a busy machine: a phone that had registered a moment ago was not called, because its answer to OPTIONS came late.
stories('A callee that is slow to answer OPTIONS', (story) => {
  it('is called when it is a phone', async () => {
    await story().client('bob');
    const alice = await aliceWhoDials('<Client>bob</Client>');
    const phone = await slowOne('127.0.0.9');
    await phone.guess('bob', 'correct-horse');
    await isCalledBy(alice, phone);
  });

  it('is called when it is a trunk', async () => {
    const alice = await aliceWhoDials('<Number>+4930123</Number>');
    const carrier = await slowOne('127.0.0.8');
    await makeTrunk(story(), carrier);
    await isCalledBy(alice, carrier);
  });

  async function aliceWhoDials(noun: string): Promise<Phone> {
    const { app } = story();
    app.reply('/voice', `<Response><Dial timeout="2">${noun}</Dial></Response>`);
    app.reply('/number', { status: 204 });
    await story().number('1000');
    return story().phone('alice');
  }

  /** It answers nothing that it is asked. */
  async function slowOne(host: string): Promise<Stranger> {
    const slow = await Stranger.at(host, story().stack.sip);
    story().onEnd(() => slow.close());
    return slow;
  }

  async function isCalledBy(alice: Phone, slow: Stranger): Promise<void> {
    // The fourth copy of a request over UDP comes after 3.5 s.
    await waitUntil('it is asked four times', () => slow.requests('OPTIONS').length >= 4);
    const call = await alice.call('1000');
    await waitUntil('it is called', () => slow.requests('INVITE').length > 0);
    await call.ended;
  }
});
