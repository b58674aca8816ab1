export interface DownloadLimits {
  /** A larger file fails, and no more than this is read of it. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Of the copy that we have, for a conditional request. */
  readonly etag?: string;
  readonly lastModified?: string;
}

export type Downloaded =
  | {
      readonly ok: true;
      readonly unchanged: false;
      readonly body: Buffer;
      /** Lower case, without parameters; empty when there was none. */
      readonly contentType: string;
      readonly etag?: string;
      readonly lastModified?: string;
      readonly cacheControl?: string;
    }
  /** To a conditional request: what we have is still current. */
  | { readonly ok: true; readonly unchanged: true }
  /** `message` is a complete sentence. */
  | { readonly ok: false; readonly message: string; readonly status?: number };

/** Fetches a file that an application server names, by GET, unsigned, within the egress rules. Never rejects. */
export type Download = (url: string, limits: DownloadLimits) => Promise<Downloaded>;
