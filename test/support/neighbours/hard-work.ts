import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { Stranger } from '../sip-question.ts';
import type { Behaviour, Pressure } from './pressure.ts';
import { numbered } from './slow-servers.ts';

const LARGEST_DOCUMENT = 64 * 1024;
/** A short wait that counts as something heard, so that the documents may follow one another for ever. */
const NOT_IDLE = '<Play digits="w"/>';
/** Guesses come from an address of their own: SIP from it is refused for minutes, and so would the neighbour's phones be. */
const GUESSING_HOST = '127.0.0.67';
const REST_HOST = '127.0.0.66';
const REST_CONNECTIONS = 16;
const REGISTERING = 8;
const RECORDINGS = 4;
const RECORDED_MINUTES = 30;
const SAID = 4_000;

/** Behaviours that make Legwork or Asterisk work. */
export const hardWork: readonly Behaviour[] = [
  documents('documents of 64 KiB that redirect for ever', () => ofSize(NOT_IDLE, '<!--', 'x', '-->')),
  documents('documents of 64 KiB with 3,000 verbs', () => ofSize('', '', '<Pause length="0"/>', '')),
  documents('documents with 100 warnings', () => `${NOT_IDLE}${'<Nonsense a="b"/>'.repeat(100)}`),
  {
    title: 'Say of 4,000 characters, each time others',
    async begin(pressure) {
      const { app } = pressure.tenant;
      app.reply(
        '/says',
        numbered(() => `<Response><Say>${letters(SAID)}</Say></Response>`),
      );
      await pressure.tenant.number('2011', '/says');
      const listen = () =>
        pressure.call('2011', async (call) => {
          await call.audio.heardSound({ forMs: 20 });
          await call.hangUp();
        });
      pressure.keepAtIt(pressure.calls, listen);
      await pressure.until('all of them speak', () => app.to('/says').length >= pressure.calls);
    },
  },
  {
    title: 'calls up to the limits, and more',
    async begin(pressure) {
      pressure.tenant.app.reply('/short', '<Response><Pause length="2"/></Response>');
      await pressure.tenant.number('2012', '/short');
      pressure.keepAtIt(pressure.calls * 4, () => pressure.call('2012'));
      await pressure.until('one is refused', () => pressure.refused > 0);
    },
  },
  {
    title: 'REST as often as it may, pages of 1,000',
    async begin(pressure) {
      const agent = new Agent({ keepAlive: true, maxSockets: REST_CONNECTIONS });
      pressure.onEnd(async () => agent.destroy());
      let answered = 0;
      pressure.keepAtIt(REST_CONNECTIONS, async (n) => {
        const list = ['Calls', 'Notifications', 'Callbacks'][n % 3];
        const status = await ask(pressure, agent, `/${list}.json?PageSize=1000&Page=${n % 10}`);
        if (status === 429) pressure.refused += 1;
        if (status === 200 || status === 429) answered += 1;
      });
      // Its lists are read one after the other, so on a busy machine it may never reach its limit.
      await pressure.until('it asks again and again', () => answered >= REST_CONNECTIONS * 2);
    },
  },
  {
    title: 'wrong SIP passwords without end',
    async begin(pressure) {
      const strangers = await Promise.all(
        Array.from({ length: REGISTERING }, () => Stranger.at(GUESSING_HOST, pressure.tenant.sip)),
      );
      pressure.onEnd(async () => {
        for (const stranger of strangers) await stranger.close();
      });
      pressure.keepAtIt(REGISTERING, async (n) => {
        const guess = strangers[n % REGISTERING]?.guess('alice', `guess-${n}`);
        if ((await guess)?.status === 403) pressure.refused += 1;
      });
      await pressure.until('it is shut out', () => pressure.refused > 0);
    },
  },
  {
    title: 'recordings of half an hour as MP3',
    async begin(pressure) {
      const sids = await longRecordings(pressure);
      pressure.keepAtIt(RECORDINGS, async (n) => {
        const sid = sids[n % RECORDINGS] ?? '';
        await pressure.tenant.sound(sid, 'mp3', pressure.signal);
        await rm(join(pressure.dataDir, 'recordings', `${sid}.mp3`), { force: true });
      });
    },
  },
  {
    title: 'a conference with everybody',
    async begin(pressure) {
      let answered = 0;
      const { app } = pressure.tenant;
      app.reply(
        '/joins',
        '<Response><Dial><Conference beep="false" waitUrl="">room</Conference></Dial></Response>',
      );
      await pressure.tenant.number('2013', '/joins');
      const join = () => pressure.call('2013', (call) => call.answered.then(() => (answered += 1)));
      pressure.keepAtIt(pressure.calls, join);
      await pressure.until('all are in', () => answered >= pressure.calls);
    },
  },
  {
    title: 'phones that never answer',
    async begin(pressure) {
      let ringing = 0;
      const phone = await pressure.tenant.phone('sleeper');
      phone.onIncoming((call) => {
        ringing += 1;
        call.ring();
      });
      pressure.keepAtIt(
        pressure.calls,
        async () => {
          if (ringing < pressure.calls) await pressure.order({ To: 'client:sleeper', Timeout: '600' });
        },
        1000,
      );
      await pressure.until('all ring', () => ringing >= pressure.calls);
    },
  },
];

/** Calls whose document is followed by itself again and again. */
function documents(title: string, verbs: () => string): Behaviour {
  return {
    title,
    async begin(pressure) {
      const { app } = pressure.tenant;
      app.reply('/again', `<Response>${verbs()}<Redirect>/again</Redirect></Response>`);
      await pressure.tenant.number('2010', '/again');
      pressure.keepAtIt(pressure.calls, () => pressure.call('2010'));
      await pressure.until('all have begun', () => app.to('/again').length >= pressure.calls);
    },
  };
}

/** Verbs as large as a document may be. */
function ofSize(before: string, open: string, filler: string, close: string): string {
  const around = `<Response>${before}${open}${close}<Redirect>/again</Redirect></Response>`.length;
  return before + open + filler.repeat(Math.floor((LARGEST_DOCUMENT - around) / filler.length)) + close;
}

/** Words of five letters. */
function letters(count: number): string {
  const text = randomBytes(count).reduce((all, byte) => all + String.fromCharCode(97 + (byte % 26)), '');
  return text.replace(/.{6}/g, (word) => `${word.slice(1)} `);
}

function ask({ tenant, signal }: Pressure, agent: Agent, path: string): Promise<number> {
  const { url, accountSid, authToken } = tenant.account;
  return new Promise((resolve) => {
    const request = get(
      `${url}/2012-04-24/Accounts/${accountSid}${path}`,
      { agent, auth: `${accountSid}:${authToken}`, localAddress: REST_HOST, signal },
      (response) => {
        response.resume().once('close', () => resolve(response.statusCode ?? 0));
      },
    );
    request.once('error', () => resolve(0));
  });
}

/** Recordings of two seconds, made as long as they could be. */
async function longRecordings(pressure: Pressure): Promise<readonly string[]> {
  const { tenant, dataDir } = pressure;
  tenant.app.reply(
    '/records',
    '<Response><Record maxLength="2" playBeep="false" action="/recorded"/></Response>',
  );
  tenant.app.reply('/recorded', '<Response><Hangup/></Response>');
  await tenant.number('2014', '/records');
  const speak = async () => pressure.call('2014', async (call) => call.audio.sendTone(440));
  await Promise.all(Array.from({ length: RECORDINGS }, speak));
  const recordings = async () => {
    const { json } = await tenant.rest('GET', '/Recordings.json');
    return (json['recordings'] as { sid: string; status: string }[]).filter(
      ({ status }) => status === 'completed',
    );
  };
  await pressure.until('all are recorded', async () => (await recordings()).length === RECORDINGS);
  const sids = (await recordings()).map(({ sid }) => sid);
  assert.equal(sids.length, RECORDINGS);
  for (const sid of sids) await writeFile(join(dataDir, 'recordings', `${sid}.wav`), noise());
  return sids;
}

function noise(): Buffer {
  const bytes = RECORDED_MINUTES * 60 * 16_000;
  const file = Buffer.alloc(44 + bytes);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + bytes, 4);
  file.write('WAVEfmt ', 8);
  file.set([16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0], 16);
  file.write('data', 36);
  file.writeUInt32LE(bytes, 40);
  const second = randomBytes(16_000);
  for (let at = 44; at < file.length; at += second.length) second.copy(file, at);
  return file;
}
