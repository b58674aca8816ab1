import { compact } from '../../call/compact.ts';
import { ERROR_CODES, type Problem } from './problem.ts';
import type { XmlElement } from '../xml/xml.ts';

/** More warnings than this from one document help nobody; the last one says so. */
export const MOST_WARNINGS = 100;

/** What parsing a verb needs to know of its document, and where it leaves its warnings. */
export class ParseContext {
  /** The URL that relative ones resolve against; undefined when the document came without one. */
  readonly baseUrl: string | undefined;
  readonly #warnings: Problem[] = [];

  constructor(baseUrl: string | undefined, warnings: readonly Problem[] = []) {
    this.baseUrl = baseUrl;
    this.#warnings.push(...warnings);
  }

  get warnings(): readonly Problem[] {
    return this.#warnings;
  }

  /** Whether further warnings are left out. */
  get isFull(): boolean {
    return this.#warnings.length > MOST_WARNINGS;
  }

  /** `what` is the rest of a sentence that begins with the place and the element, without its full stop. */
  warn(element: XmlElement, what: string, attribute?: string, errorCode: number = ERROR_CODES.schema): void {
    if (this.isFull) return;
    const full = this.#warnings.length === MOST_WARNINGS;
    const { line, column, name } = element;
    const message = full
      ? 'There are more mistakes in this document; they are not listed.'
      : `Line ${line}, column ${column}: <${name}> ${what}.`;
    this.#warnings.push(
      compact({
        level: 'warning',
        errorCode: full ? ERROR_CODES.schema : errorCode,
        message,
        line,
        column,
        element: name,
        attribute,
      }),
    );
  }
}

/** The element's own text in one piece, trimmed. */
export function textOf(element: XmlElement): string {
  return element.children
    .filter((child) => typeof child === 'string')
    .join('')
    .trim();
}

/** The child elements whose name is in `names`, in order. Each other one is skipped with all of its content, and warned of. */
export function childElements(
  element: XmlElement,
  names: readonly string[],
  context: ParseContext,
): readonly XmlElement[] {
  const elements = element.children.filter((child) => typeof child !== 'string');
  return elements.filter((child) => {
    if (names.includes(child.name)) return true;
    if (!context.isFull) {
      context.warn(child, `is not known inside <${element.name}>${hint(child.name, names)}; it is skipped`);
    }
    return false;
  });
}

/** ` (names are case-sensitive: X)` when `name` differs from the known name X in nothing but case; else nothing. */
export function hint(name: string, known: readonly string[]): string {
  const near = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return near === undefined ? '' : ` (names are case-sensitive: ${near})`;
}
