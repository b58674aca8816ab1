/** A request that the application server has had. */
export interface Arrival {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: 'callback' | 'document';
  readonly from: string;
  readonly to: string;
  /** CallStatus. */
  readonly status: string;
}

/** What the bench says to its application server. */
export type AppMessage =
  | { readonly kind: 'documents'; readonly documents: Readonly<Record<string, string>> }
  | { readonly kind: 'take' | 'count' };

export type AppReply =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'count'; readonly callbacks: number }
  | { readonly kind: 'arrivals'; readonly arrivals: readonly Arrival[] };
