import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Performance } from '../scenario/perform.ts';
import type { Mistake } from '../scenario/scenario.ts';
import { type Difference, differences } from '../transcript/differences.ts';
import { transcriptOf } from '../transcript/transcript.ts';

/** What came of comparing a scenario's requests with its transcript. */
export type Checked =
  | { readonly kind: 'same' | 'written' | 'not-compared' }
  | { readonly kind: 'different'; readonly file: string; readonly differences: readonly Difference[] }
  | { readonly kind: 'mistake'; readonly mistake: Mistake };

/** Compares the requests with the transcript that the scenario names, or writes it. */
export async function checkTranscript(
  { scenario, requests }: Performance,
  server: string,
  update: boolean,
): Promise<Checked> {
  const named = scenario.expected.requests;
  if (named === undefined) return { kind: 'not-compared' };
  const file = join(dirname(scenario.file), named.file);
  const came = transcriptOf(requests, { server });
  const expected = await readFile(file, 'utf8').catch(() => undefined);
  if (update && expected !== came.text) {
    await writeFile(file, came.text);
    return { kind: 'written' };
  }
  if (expected === undefined) {
    const message = `${named.file} does not exist; --update writes it.`;
    return { kind: 'mistake', mistake: { file: scenario.file, place: named.place, message } };
  }
  const found = differences(expected, came);
  return found.length === 0 ? { kind: 'same' } : { kind: 'different', file, differences: found };
}
