/** What the story's application server is asked or told. */
export type RequestKind = 'document' | 'dial action' | 'number status' | 'leg status' | 'unknown path';

/** A request as the story's application server got it. */
export interface StoryRequest {
  /** Milliseconds since the story began. */
  readonly atMs: number;
  readonly kind: RequestKind;
  readonly parameters: ReadonlyMap<string, string>;
  /** I-Idempotency-Token. */
  readonly token: string | undefined;
  /** Whether the signature is that of the account's AuthToken. */
  readonly signed: boolean;
}

/** The three legs of the story: alice's own, the one to bob, the one to carol. */
export type LegLetter = 'A' | 'B' | 'C';

/** The names of the parties, and of the number, in this performance. */
export interface StoryNames {
  readonly alice: string;
  readonly bob: string;
  readonly carol: string;
  /** The number that alice calls. */
  readonly number: string;
}

/** Which leg a request is about; undefined when it is about none of the story's. */
export function legOf(
  parameters: ReadonlyMap<string, string>,
  { number, bob, carol }: StoryNames,
): LegLetter | undefined {
  const to = parameters.get('To');
  if (parameters.get('Direction') === 'inbound') return to === number ? 'A' : undefined;
  if (to === bob) return 'B';
  return to === carol ? 'C' : undefined;
}
