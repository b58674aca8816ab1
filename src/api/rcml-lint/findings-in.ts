import type { CompileTurns } from '../../rcml/document/compile-turns.ts';
import type { DocumentSource } from '../../rcml/document/document-source.ts';
import type { Finding } from '../../rcml/lint/lint-finding.ts';
import { lint } from '../../rcml/lint/lint.ts';
import { tooManyRequests } from '../errors.ts';

/** How many large documents of an account may be waiting: checking one takes tens of milliseconds, in which nothing else is done. */
const MOST_WAITING = 10;
const RETRY_AFTER_S = 5;

/** What the linter finds in a document, when it is the account's turn. @throws ApiError 429 */
export async function findingsIn(
  source: DocumentSource,
  accountSid: string,
  turns: CompileTurns,
): Promise<readonly Finding[]> {
  if (turns.before(source, accountSid) >= MOST_WAITING) {
    throw tooManyRequests('Too many large documents of this account are being checked', RETRY_AFTER_S);
  }
  // Nothing takes it out of the line, which is short.
  const asker = { accountSid, signal: new AbortController().signal };
  return (await turns.run(source, asker, () => lint(source))) ?? [];
}
