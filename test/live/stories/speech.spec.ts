import assert from 'node:assert/strict';
import { SAMPLE_RATE, soundMs, toneMs } from '../../../src/phone/tones.ts';
import { aliceListens } from '../../support/alice-calls-1000.ts';
import { hesitates, says } from '../../support/caller.ts';
import type { LiveStory } from '../../support/live-story.ts';
import { stories } from '../../support/live-story.ts';
import { ownPort } from '../../support/own-ports.ts';
import { RecognizerServer } from '../../support/recognizer-server.ts';
import { noiseOf, spokenWord } from '../../support/spoken-words.ts';
import { verbBegan } from '../../support/timeline.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { wavOf } from '../../support/wav.ts';

const PROMPT_HZ = 425;

/** Alice calls 1000, whose document gathers, then plays the digits 99; the action plays 11. */
function gathering(story: LiveStory, gather: string) {
  const { app } = story;
  app.reply('/pressed', '<Response><Play digits="11"/></Response>');
  app.reply('/partial', { status: 204 });
  app.reply('/prompt.wav', { headers: { 'content-type': 'audio/wav' }, body: wavOf(PROMPT_HZ, 10) });
  return aliceListens(story, `${gather}<Play digits="99"/><Pause length="1"/>`);
}

/** Answers what it was given: how long the sound is, in seconds, and the language and hints. */
const STAND_IN = `
  const chunks = [];
  process.stdin.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
    const wav = Buffer.concat(chunks);
    const seconds = Math.round((wav.length - 44) / ${SAMPLE_RATE} / 2);
    const said = [wav.toString('latin1', 0, 4), seconds, process.argv[1], process.argv[2]].join(' ');
    const partials = [{ transcript: 'R', stability: 0.5 }];
    process.stdout.write(JSON.stringify({ transcript: said, confidence: 0.75, partials }));
  });
`;

stories(
  'Gather with a speech recognizer',
  (story) => {
    it('tells the action what the caller said, whose words stop the prompt', async () => {
      const call = await gathering(
        story(),
        '<Gather input="dtmf speech" speechTimeout="auto" language="de-DE" hints="Pizza, Pasta" action="/pressed" partialResultCallback="/partial"><Play>/prompt.wav</Play></Gather>',
      );
      await call.audio.heardTone(PROMPT_HZ, { forMs: 500 });
      call.audio.mark();
      await says(call, 600, 2000);
      const heardMs = call.audio.toneMs(PROMPT_HZ);
      assert.ok(heardMs > 200 && heardMs < 1200, `the prompt was heard for ${heardMs} ms of speech`);
      await call.audio.heardDigits('11');
      await call.ended;
      const params = story().app.to('/pressed')[0]?.params ?? {};
      const said = /^RIFF [23] de-DE Pizza, Pasta$/;
      assert.match(String(params['SpeechResult']), said);
      assert.equal(params['Confidence'], '0.75');
      assert.equal(params['Digits'], undefined);
      await story().quiet();
      assert.deepEqual(
        story()
          .app.to('/partial')
          .map((request) => [request.params['SequenceNumber'], request.params['Stability']]),
        [
          ['0', '0.5'],
          ['1', '0.75'],
        ],
      );
    });

    it('takes a key instead, and what was recorded is gone', async () => {
      const call = await gathering(story(), '<Gather input="dtmf speech" numDigits="2" action="/pressed"/>');
      await verbBegan(story(), 'Gather');
      await says(call, 600, 500);
      await call.sendDigits('31');
      await call.audio.heardDigits('11');
      await call.ended;
      assert.deepEqual(
        story()
          .app.to('/pressed')
          .map(({ params }) => params['Digits']),
        ['31'],
      );
      await story().quiet();
      assert.deepEqual(await story().stack.legwork.foundation.ari.run('recordings', 'listStored'), []);
    });
  },
  {
    SPEECH_RECOGNIZER: `${process.execPath} -e '${STAND_IN.replace(/\s+/g, ' ').replaceAll("'", '"')}' {language} "{hints}"`,
  },
);

const LONG_TEXT = 'Welcome. Say sales, support or billing, or wait for an operator. '.repeat(5);

let recognizerPort = 0;

stories(
  'Gather with a recognizer that hears speech while it is spoken',
  (story) => {
    async function recognizer(): Promise<RecognizerServer> {
      const server = await RecognizerServer.start(recognizerPort);
      story().onEnd(() => server.stop());
      return server;
    }

    it('stops a Say with its first word, tells what it takes it for meanwhile, and ends with its result', async () => {
      const server = await recognizer();
      const call = await gathering(
        story(),
        `<Gather input="speech" speechTimeout="auto" hints="sales" action="/pressed" partialResultCallback="/partial"><Say>${LONG_TEXT}</Say></Gather>`,
      );
      await call.audio.heardSound({ forMs: 500 });
      const speech = await server.speech();
      // Shorter than what stops a prompt by itself.
      await says(call, 697, 160);
      await waitUntil('the recognizer hears it', () => toneMs(speech.samples, 697) >= 100);
      speech.say({ type: 'partial', transcript: 'sal', stability: 0.5 });
      await story().app.waitFor((requests) => requests.some(({ path }) => path === '/partial'));
      assert.deepEqual(story().app.to('/pressed'), []);
      await waitUntil('the text is not heard any more', async () => {
        call.audio.mark();
        await hesitates(call, 500);
        return soundMs(call.audio.received()) === 0;
      });
      speech.say({ type: 'final', transcript: 'sales please', confidence: 0.9 });
      await waitUntil('it is told that there is no more', () => speech.isEnded);
      speech.say({ type: 'final', transcript: '' });
      await call.audio.heardDigits('11');
      await call.ended;
      await story().quiet();
      const { SpeechResult, Confidence } = story().app.to('/pressed')[0]?.params ?? {};
      assert.deepEqual([SpeechResult, Confidence], ['sales please', '0.9']);
      assert.deepEqual(
        story()
          .app.to('/partial')
          .map(({ params }) => [
            params['SequenceNumber'],
            params['UnstableSpeechResult'],
            params['Stability'],
          ]),
        [
          ['0', 'sal', '0.5'],
          ['1', 'sales please', '0.9'],
        ],
      );
      const [start] = speech.messages;
      assert.deepEqual([start?.['type'], start?.['language'], start?.['hints']], ['start', 'en', 'sales']);
      assert.equal(speech.closed, 1000);
      assert.deepEqual(await story().stack.legwork.foundation.ari.run('recordings', 'listStored'), []);
    });

    it('goes on with keys when its connection breaks, and says so', async () => {
      const server = await recognizer();
      const call = await gathering(
        story(),
        '<Gather input="dtmf speech" numDigits="1" timeout="30" action="/pressed"/>',
      );
      (await server.speech()).socket.terminate();
      await waitUntil('a notification says so', async () =>
        (await story().notices('1000')).some((notice) => /closed the connection \(1006\)/.test(notice)),
      );
      await call.sendDigits('3');
      await call.audio.heardDigits('11');
      await call.ended;
      assert.equal(story().app.to('/pressed')[0]?.params['Digits'], '3');
    });
  },
  async () => {
    recognizerPort = await ownPort();
    return { SPEECH_RECOGNIZER: `ws://127.0.0.1:${recognizerPort}/hear` };
  },
);

stories(
  'Gather with pocketsphinx',
  (story) => {
    it('understands a word of the hints; noise, and a word that is cut off, are nothing', async () => {
      const gather =
        '<Gather input="speech" speechTimeout="auto" timeout="3" hints="sales, support, billing"';
      story().app.reply(
        '/heard',
        `<Response>${gather} action="/pressed"/><Play digits="2"/>${gather} action="/pressed"/></Response>`,
      );
      const call = await gathering(story(), `<Play digits="1"/>${gather} action="/heard"/>`);
      await call.audio.heardDigits('1');
      await verbBegan(story(), 'Gather');
      await call.audio.sendSamples(await spokenWord('billing'));
      await story().app.waitFor((requests) => requests.some(({ path }) => path === '/heard'));
      assert.equal(story().app.to('/heard')[0]?.params['SpeechResult'], 'billing');
      await call.audio.sendSamples(noiseOf(1500));
      await call.audio.heardDigits('12');
      await call.audio.sendSamples((await spokenWord('support')).subarray(0, SAMPLE_RATE / 4));
      await call.ended;
      await story().quiet();
      assert.deepEqual(story().app.to('/pressed'), []);
    });
  },
  { SPEECH_RECOGNIZER: 'pocketsphinx' },
);
