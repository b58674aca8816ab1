import { z } from 'zod';
import type { Finding } from '../../rcml/lint/lint-finding.ts';
import { resource, type Shown, type ShownBy } from '../reply.ts';
import { text, whole } from '../reply-parts.ts';

export const lintProblem = z.strictObject({
  level: z.enum(['error', 'warning', 'note']),
  error_code: whole,
  message: text,
  line: whole,
  column: whole,
  element: text.nullable(),
  attribute: text.nullable(),
  allowed: z.array(text).nullable(),
  did_you_mean: text.nullable(),
});

export const RCML_LINT = resource('RcmlLint', {
  errors: whole,
  warnings: whole,
  notes: whole,
  problems: z.array(lintProblem),
});

/** The findings of the linter, as the API shows them. */
export function presentFindings(findings: readonly Finding[]): Shown<typeof RCML_LINT> {
  const count = (level: Finding['level']) => findings.filter((found) => found.level === level).length;
  return {
    errors: count('error'),
    warnings: count('warning'),
    notes: count('note'),
    problems: findings.toSorted((a, b) => a.line - b.line || a.column - b.column).map(presentFinding),
  };
}

function presentFinding(found: Finding): ShownBy<typeof lintProblem> {
  return {
    level: found.level,
    error_code: found.errorCode,
    message: found.message,
    line: found.line,
    column: found.column,
    element: found.element ?? null,
    attribute: found.attribute ?? null,
    allowed: found.allowed ?? null,
    did_you_mean: found.didYouMean ?? null,
  };
}
