import assert from 'node:assert/strict';
import { removeLeftSpeech } from '../../../src/asterisk/legs/left-speech.ts';
import type { AriConnection } from '../../../src/asterisk/ari/connection.ts';
import { ScriptedAri } from '../../support/scripted-ari.ts';

const channel = (id: string) => ({ id, name: `Snoop/${id}`, state: 'Up' });

/** What is done to an Asterisk with these channels and kept recordings, and what is said of it in the log. */
async function removed(respond: ScriptedAri['respond']) {
  const ari = new ScriptedAri();
  const done: string[] = [];
  const warnings: string[] = [];
  ari.respond = (name, parameters) => {
    if (!/list/.test(name)) done.push(`${name} ${Object.values(parameters).join()}`);
    return respond(name, parameters);
  };
  const log = {
    debug() {},
    info() {},
    error() {},
    warn: (_fields: object, text: string) => warnings.push(text),
  };
  await removeLeftSpeech(ari as unknown as AriConnection, log);
  return { done, warnings };
}

describe('Speech that a Gather of a former process has left in Asterisk', () => {
  it('is removed, also while it is still being recorded, and nothing else is', async () => {
    const channels = [channel('listener.speech-RE1'), channel('listener.RE2'), channel('alice')];
    const stored = ['speech-RE3', 'RE4'].map((name) => ({ name, format: 'wav' }));
    const { done } = await removed((name) => {
      if (name === 'channels.list') return channels;
      return name === 'recordings.listStored' ? stored : undefined;
    });
    assert.deepEqual(done, [
      'recordings.cancel speech-RE1',
      'channels.hangup listener.speech-RE1',
      'recordings.deleteStored speech-RE3',
      'recordings.deleteStored speech-RE1',
    ]);
  });

  it('may have gone meanwhile', async () => {
    const { done, warnings } = await removed((name) => {
      if (name === 'channels.list') return [channel('listener.speech-RE1')];
      return name === 'recordings.listStored' ? [] : 404;
    });
    assert.equal(done.length, 3);
    assert.deepEqual(warnings, []);
  });

  it('stays when Asterisk cannot say what it has, with a line in the log', async () => {
    const { done, warnings } = await removed(() => 500);
    assert.deepEqual(done, []);
    assert.deepEqual(warnings, ['Speech that a former process left in Asterisk was not looked for']);
  });
});
