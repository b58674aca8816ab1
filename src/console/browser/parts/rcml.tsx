import type { JSX } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { rcmlLines } from '../../data/rcml-tokens.ts';
import { ConsoleContext } from '../console-context.ts';
import { after } from '../platform/clock.ts';

/** What the linter found, as `P/RcmlLint` says it. */
export interface Finding {
  readonly level: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** A document that is being written is not read after every letter. */
const PATIENCE_MS = 300;

/** What the linter says of a document; undefined until it has, and where there is no Legwork to ask. */
export function useFindings(document: string, baseUrl: string | undefined): readonly Finding[] | undefined {
  const api = useContext(ConsoleContext)?.api;
  const [findings, setFindings] = useState<readonly Finding[]>();
  useEffect(() => {
    let isCurrent = true;
    setFindings(undefined);
    if (document.trim() === '' || api === undefined) return undefined;
    const form = { Rcml: document, ...(baseUrl === undefined ? {} : { BaseUrl: baseUrl }) };
    const cancel = after(PATIENCE_MS, () => {
      api.post<{ problems: readonly Finding[] }>('/RcmlLint', form).then(
        ({ problems }) => {
          if (isCurrent) setFindings(problems);
        },
        // Without the linter the document is shown all the same.
        () => {},
      );
    });
    return () => {
      isCurrent = false;
      cancel();
    };
  }, [document, baseUrl]);
  return findings;
}

/** How many mistakes, in words. */
export function findingWords(findings: readonly Finding[] | undefined): string {
  if (findings === undefined) return '';
  const count = (level: Finding['level']) => findings.filter((found) => found.level === level).length;
  const parts = (['error', 'warning'] as const)
    .filter((level) => count(level) > 0)
    .map((level) => `${count(level)} ${level}${count(level) === 1 ? '' : 's'}`);
  return parts.length === 0 ? 'no mistakes' : parts.join(', ');
}

interface RcmlProps {
  readonly document: string;
  readonly findings: readonly Finding[] | undefined;
}

/** A document in colours, with the linter's marks under the lines that they are about. */
export function Rcml({ document, findings = [] }: RcmlProps): JSX.Element {
  return (
    <pre class="rcml" tabIndex={0} aria-label="Document">
      {rcmlLines(document).map((tokens, index) => (
        <>
          {tokens.map(({ kind, text }) => (
            <span class={`rcml-${kind}`}>{text}</span>
          ))}
          {'\n'}
          {findings
            .filter(({ line }) => line === index + 1)
            .map((found) => (
              <span class={`finding ${found.level}`}>
                {`${' '.repeat(Math.max(0, found.column - 1))}▲ ${found.level}: ${found.message}\n`}
              </span>
            ))}
        </>
      ))}
    </pre>
  );
}
