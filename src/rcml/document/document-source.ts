/** A document as it came, and where it came from. */
export interface DocumentSource {
  readonly text: string;
  /** Lower case, without parameters; empty when there was none. */
  readonly contentType: string;
  /** Where it was found, after redirects; undefined for a document that was handed over as text. */
  readonly url?: string;
}
