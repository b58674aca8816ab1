import assert from 'node:assert/strict';
import type { LegContext } from '../../src/asterisk/legs/leg-context.ts';
import { MediaModule } from '../../src/asterisk/streams/media-module.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ScriptedAri } from '../support/scripted-ari.ts';

describe('Whether an Asterisk can carry streams', () => {
  /** After a connect to an Asterisk that answers so. */
  async function lookedAt(answers: Readonly<Record<string, unknown>>) {
    const ari = new ScriptedAri();
    ari.respond = (operation) => answers[operation];
    let up: () => void = () => undefined;
    const onUp = (listener: () => void) => {
      up = listener;
      return () => undefined;
    };
    const clock = new FakeClock();
    const context = { ...ari.context(clock, []), ari: Object.assign(ari, { onUp }) } as unknown as LegContext;
    const module = new MediaModule(context);
    assert.match(module.trouble ?? '', /not been asked/);
    up();
    await clock.advance(0);
    return { trouble: module.trouble, requests: ari.requests };
  }

  it('it can with its module running', async () => {
    const { trouble, requests } = await lookedAt({ 'asterisk.getModule': { status: 'Running' } });
    assert.deepEqual([trouble, requests], [undefined, ['asterisk.getModule']]);
  });

  it('it can once the module is loaded, when it only was not', async () => {
    const { trouble, requests } = await lookedAt({ 'asterisk.getModule': 404 });
    assert.deepEqual([trouble, requests], [undefined, ['asterisk.getModule', 'asterisk.loadModule']]);
  });

  it('it cannot without the module', async () => {
    const { trouble } = await lookedAt({ 'asterisk.getModule': 404, 'asterisk.loadModule': 404 });
    assert.match(trouble ?? '', /chan_websocket\.so is not loaded/);
  });
});
