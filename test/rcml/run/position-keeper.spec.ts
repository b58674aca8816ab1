import assert from 'node:assert/strict';
import type { Position, VerbStep } from '../../../src/rcml/run/position.ts';
import { type Kept, PositionKeeper } from '../../../src/rcml/run/position-keeper.ts';
import { readPosition, withDocument } from '../../../src/rcml/run/saved-position.ts';
import { CALLER, RcmlCall, VOICE_URL } from '../../support/rcml-call.ts';

const LONG = 'x'.repeat(4096);

function at(index: number, document: VerbStep['document']): Position {
  const step = { kind: 'verb', document, index, beganAt: 0, skipDials: false } as const;
  return { version: 2, kind: 'document', idleDocuments: 0, hasBegun: true, step };
}

/** What a keeper writes, as long as something can be written. */
class Written {
  readonly all: Kept[] = [];
  works = true;
  keeper = new PositionKeeper((kept) => this.#write(kept), { isResumed: false });

  #write(kept: Kept): Promise<boolean> {
    if (this.works) this.all.push(kept);
    return Promise.resolve(this.works);
  }

  get texts(): readonly (string | null | undefined)[] {
    return this.all.map(({ document }) => (document === null ? null : document?.text));
  }

  /** Where a restart would go on. */
  get read(): unknown {
    const document = this.all.findLast((kept) => kept.document !== undefined)?.document;
    return readPosition(withDocument(this.all.at(-1)?.position, document ?? undefined));
  }
}

describe('Where a call stands', () => {
  it('is written with a long document once for all of its verbs', async () => {
    const written = new Written();
    const document = { text: LONG, contentType: 'text/xml' };
    for (const index of [0, 1, 2]) {
      await written.keeper.keep(at(index, document));
      assert.deepEqual(written.read, at(index, document));
    }
    const other = { ...document };
    await written.keeper.keep(at(0, other));
    assert.deepEqual(written.texts, [LONG, undefined, undefined, LONG]);
    assert.deepEqual(written.read, at(0, other));
    await written.keeper.forget();
    assert.deepEqual(written.all.at(-1), { position: null, document: null });
  });

  it('is written with a short document each time, and nothing else is to be removed', async () => {
    const written = new Written();
    const document = { text: LONG.slice(1), contentType: 'text/xml' };
    for (const index of [0, 1]) await written.keeper.keep(at(index, document));
    await written.keeper.forget();
    assert.deepEqual(written.all, [
      { position: at(0, document) },
      { position: at(1, document) },
      { position: null },
    ]);
  });

  it('is written with its document again when that could not be written', async () => {
    const written = new Written();
    const document = { text: LONG, contentType: 'text/xml' };
    written.works = false;
    await written.keeper.keep(at(0, document));
    written.works = true;
    await written.keeper.keep(at(1, document));
    assert.deepEqual(written.texts, [LONG]);
    assert.deepEqual(written.read, at(1, document));
  });

  it('does not leave the document of a former process behind', async () => {
    const all: Kept[] = [];
    const write = async (kept: Kept) => all.push(kept) > 0;
    await new PositionKeeper(write, { isResumed: true }).forget();
    assert.deepEqual(all, [{ position: null, document: null }]);
  });

  it('costs a call with many verbs the text of its document once', async () => {
    const call = new RcmlCall();
    const pauses = '<Pause length="1"/>'.repeat(300);
    call.documents.on(VOICE_URL, `<Response>${pauses}</Response>`);
    await call.start();
    await call.clock.advance(299_500);
    const kept = call.store.entries.filter(({ subjectSid }) => subjectSid === CALLER);
    assert.equal(kept.filter(({ document }) => document !== undefined).length, 1);
    const longest = Math.max(...kept.slice(-200).map((entry) => JSON.stringify(entry).length));
    assert.ok(longest < 2000, `an entry has ${longest} characters`);
    await call.clock.advance(1000);
    assert.equal(call.end, 'completed');
    call.check();
  });
});
