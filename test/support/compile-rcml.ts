import { compile, type Document } from '../../src/rcml/document/compile.ts';
import { type Problem, RcmlError } from '../../src/rcml/document/problem.ts';

/** The URL of every document that tests compile. */
export const DOCUMENT_URL = 'http://app.test/calls/voice.xml';

/** Compiles the text of a whole document. */
export function compileText(text: string, contentType = 'text/xml'): Document {
  return compile({ text, contentType, url: DOCUMENT_URL });
}

/** Compiles verbs without the `<Response>` around them. */
export function compileVerbs(verbs: string): Document {
  return compileText(`<Response>${verbs}</Response>`);
}

/** The values of a document's verbs by name, and its warnings as text without the place. */
export function readVerbs(verbs: string): { verbs: readonly unknown[]; warnings: readonly string[] } {
  const document = compileVerbs(verbs);
  return {
    verbs: document.verbs.map(({ name, value }) => [name, value]),
    warnings: document.warnings.map(({ message }) => message.replace(/^Line \d+, column \d+: /, '')),
  };
}

/** Why a document is refused. Fails when it is not. */
export function refusalOf(text: string, contentType = 'text/xml'): Problem {
  try {
    compileText(text, contentType);
  } catch (error) {
    if (error instanceof RcmlError) return error.problems[0];
    throw error;
  }
  throw new Error('the document was not refused');
}
