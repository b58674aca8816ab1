import type { KeptDocument } from '../../call/journal-store.ts';
import type { DocumentSource } from '../document/document-source.ts';
import type { KeptPosition, Position } from './position.ts';

/** What is written when a leg moves to another position; absent: the document that was written before is still the one. */
export interface Kept {
  readonly position?: KeptPosition | null;
  readonly document?: KeptDocument | null;
}

/** From so many characters on a document is written once, and not with each of its verbs. */
const LONG_TEXT = 4096;

/**
 * Keeps the positions of a call. A long document is written beside the first position that is in it, under a name by which
 * the later ones refer to it: a document of 64 kB with 3,000 verbs would be written 3,000 times otherwise.
 */
export class PositionKeeper {
  readonly #write: (kept: Kept) => Promise<boolean>;
  #document: NamedDocument | undefined;
  /** A former process may have written a document. */
  readonly #isResumed: boolean;

  /** `write` resolves to whether it could be written. */
  constructor(write: (kept: Kept) => Promise<boolean>, { isResumed }: { readonly isResumed: boolean }) {
    this.#write = write;
    this.#isResumed = isResumed;
  }

  async keep(position: Position): Promise<void> {
    const { step } = position;
    if (step.kind !== 'verb' || step.document.text.length < LONG_TEXT) {
      await this.#write({ position });
      return;
    }
    const document = this.#named(step.document);
    const { text, ...source } = step.document;
    const { name } = document;
    const apart = { ...position, step: { ...step, document: { ...source, name } } };
    if (document.isWritten) await this.#write({ position: apart });
    else if (await this.#write({ position: apart, document: { name, text } })) document.isWritten = true;
  }

  /** Nothing of the call is to be resumed any more. */
  async forget(): Promise<void> {
    const mayBeThere = this.#isResumed || this.#document !== undefined;
    await this.#write(mayBeThere ? { position: null, document: null } : { position: null });
  }

  #named(source: DocumentSource): NamedDocument {
    if (this.#document?.source !== source) {
      this.#document = { source, name: crypto.randomUUID(), isWritten: false };
    }
    return this.#document;
  }
}

interface NamedDocument {
  readonly source: DocumentSource;
  readonly name: string;
  isWritten: boolean;
}
