/** A document as it came, and where it came from. */
export interface DocumentSource {
  readonly text: string;
  /** Lower case, without parameters; empty when there was none. */
  readonly contentType: string;
  /** The URL that it came from, after redirects; undefined for a document that was given as text. */
  readonly url?: string;
}
