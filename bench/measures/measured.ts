import type { MeasureName } from '../options.ts';

/** What a measure has found: names with units, in the order of the table's columns. */
export type Figures = Readonly<Record<string, number>>;

/** Points of a curve. */
export type Series = readonly (readonly [x: number, y: number])[];

export interface Measured {
  readonly figures: Figures;
  /** Of the measure's plot. */
  readonly curve?: Series;
}

/** Something that is measured of several systems, one after the other, in each round. */
export interface Measure {
  readonly name: MeasureName;
  readonly title: string;
  /** What was done and what the columns mean, for readers. */
  readonly about: string;
  readonly plot?: Plot;
  /** How many times; by default as often as the run has rounds. */
  readonly rounds?: number;
  readonly subjects: readonly Subject[];
}

export interface Subject {
  readonly system: string;
  /** How many times, if not as often as the measure. */
  readonly rounds?: number;
  run(): Promise<Measured>;
}

export interface Plot {
  readonly x: string;
  readonly y: string;
  readonly logarithmicX?: boolean;
}
