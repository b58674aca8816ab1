import type { CallFamily } from '../../../data/resources.ts';

/** What every view of a call gets. */
export interface ShownFamily {
  readonly family: CallFamily;
  readonly now: number;
  /** Indexes of lines of the timeline. */
  readonly selected: number | undefined;
  readonly marked: number | undefined;
  readonly onSelect: (event: number | undefined) => void;
}
