import type { Finding } from '../../rcml/lint/lint-finding.ts';
import type { JsonObject } from '../http/rendering.ts';

/** What was found in a document, as the API shows it. */
export function presentFindings(findings: readonly Finding[]): JsonObject {
  const count = (level: Finding['level']) => findings.filter((found) => found.level === level).length;
  return {
    errors: count('error'),
    warnings: count('warning'),
    notes: count('note'),
    problems: findings.map(presentFinding),
  };
}

function presentFinding(found: Finding): JsonObject {
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
