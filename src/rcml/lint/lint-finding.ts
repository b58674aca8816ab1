import { compact } from '../../call/compact.ts';
import { ERROR_CODES, type Problem } from '../document/problem.ts';
import { masked } from '../document/masked.ts';

/** Something that the author of a document should know. `line` and `column` count from 1. */
export interface Finding {
  /** `error`: the document is refused. `warning`: it runs, but not as written. `note`: worth a look. */
  readonly level: 'error' | 'warning' | 'note';
  /** One of `ERROR_CODES`. */
  readonly errorCode: number;
  /** A sentence without the place; passwords in URLs are masked. */
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly element?: string;
  readonly attribute?: string;
  /** For an unknown name: the names that are allowed here. */
  readonly allowed?: readonly string[];
  /** The one of `allowed` that is nearest to what was written. */
  readonly didYouMean?: string;
}

/** Where something stands in a document. */
export interface Spot {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** A finding of the linter itself. `what` is the rest of a sentence that begins with the element. */
export function finding(
  level: Finding['level'],
  { name, line, column }: Spot,
  what: string,
  attribute?: string,
): Finding {
  return compact({
    level,
    errorCode: ERROR_CODES.schema,
    message: masked(`<${name}> ${what}.`),
    line,
    column,
    element: name,
    attribute,
  });
}

/** A problem that the compiler found, with the place taken out of the sentence. */
export function findingOf({ message, ...problem }: Problem): Finding {
  const place = `Line ${problem.line}, column ${problem.column}: `;
  const what = message.startsWith(place) ? message.slice(place.length) : message;
  return { ...problem, message: masked(what.charAt(0).toUpperCase() + what.slice(1)) };
}
