// The picture of a call as data: what `build.ts` makes of a call's resources, and `shapes.ts`, `mermaid.ts` and the
// table make their output of.

/** How much is shown: states and documents · callbacks and notices as well · every verb and every attempt too. */
export type Density = 'compact' | 'normal' | 'full';

export type Tone = 'plain' | 'good' | 'warn' | 'bad';

/** Somebody who takes part in the call: a vertical line of the picture. */
export interface Column {
  readonly id: string;
  readonly kind: 'caller' | 'rest' | 'asterisk' | 'legwork' | 'server' | 'stream-server' | 'callee';
  readonly title: string;
  readonly detail: string;
}

/** Something that went from one column to another. */
export interface Arrow {
  readonly kind: 'arrow';
  /** The index of its line in the timeline. */
  readonly event: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Ids of columns. */
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly look: 'sip' | 'document' | 'reply' | 'callback';
  readonly tone: Tone;
  /** What came of it: `200`, `14 ms`, `⟳2 200`. */
  readonly note?: string;
  readonly noteTone?: Tone;
  /** Still under way. */
  readonly isOpen?: boolean;
  readonly shownFrom: Density;
}

/** Something that happened at one column. */
export interface Mark {
  readonly kind: 'mark';
  readonly event: number;
  readonly at: number;
  readonly column: string;
  readonly label: string;
  readonly tone: Tone;
  readonly shownFrom: Density;
}

/** A time in which nothing happened, left out. */
export interface Fold {
  readonly kind: 'fold';
  readonly at: number;
  readonly untilAt: number;
  readonly label: string;
}

/** Where a call that still runs has got to. */
export interface Now {
  readonly kind: 'now';
  readonly at: number;
  readonly label: string;
}

export type Happening = Arrow | Mark;
export type Row = Happening | Fold | Now;

/** Something that lasts: a bar beside a column, or an area between two. */
export interface Span {
  readonly kind: 'ring' | 'talk' | 'media' | 'conference' | 'stream';
  readonly from: string;
  readonly to: string;
  readonly beganAt: number;
  /** Undefined while it goes on. */
  readonly endedAt: number | undefined;
  readonly label: string;
}

export interface Ladder {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly spans: readonly Span[];
  /** Milliseconds since the epoch; offsets are counted from here. */
  readonly beganAt: number;
}

const DENSITIES: readonly Density[] = ['compact', 'normal', 'full'];

export function isShown({ shownFrom }: Happening, density: Density): boolean {
  return DENSITIES.indexOf(shownFrom) <= DENSITIES.indexOf(density);
}
