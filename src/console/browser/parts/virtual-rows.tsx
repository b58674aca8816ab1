import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Virtualizer,
  Virtualizer as VirtualizerOf,
} from '@tanstack/virtual-core';
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

interface VirtualRowsProps {
  readonly label: string;
  readonly count: number;
  readonly rowHeight: number;
  readonly head: ComponentChildren;
  readonly row: (index: number) => ComponentChildren;
  /** The last rows have come into sight. */
  readonly onNearEnd: () => void;
  /** Whether the first rows are in sight. */
  readonly onTop: (isAtTop: boolean) => void;
  /** The row that is kept in sight. */
  readonly active: number | undefined;
}

const AHEAD = 12;
const NEAR_END = 30;
const TOP_PX = 8;

/** A table of any length, of which only the rows in sight are in the page. */
export function VirtualRows(props: VirtualRowsProps): JSX.Element {
  const { label, count, rowHeight, head, row, onNearEnd, onTop, active } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer(count, rowHeight, scroller);
  const items = rows.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useLayoutEffect(() => {
    if (lastShown >= count - NEAR_END) onNearEnd();
  }, [lastShown, count]);
  useLayoutEffect(() => {
    if (active !== undefined) rows.scrollToIndex(active, { align: 'auto' });
  }, [active]);
  return (
    <div
      class="rows"
      ref={scroller}
      role="table"
      aria-label={label}
      aria-rowcount={count + 1}
      tabIndex={0}
      onScroll={(event) => onTop(event.currentTarget.scrollTop < TOP_PX)}
    >
      <div role="rowgroup" class="rows-head">
        {head}
      </div>
      <div role="rowgroup" class="rows-body" style={{ height: `${rows.getTotalSize()}px` }}>
        {items.map(({ index, start }) => (
          <div key={index} class="rows-place" role="none" style={{ transform: `translateY(${start}px)` }}>
            {row(index)}
          </div>
        ))}
      </div>
    </div>
  );
}

type Rows = Virtualizer<HTMLDivElement, HTMLDivElement>;

function useVirtualizer(
  count: number,
  rowHeight: number,
  scroller: { current: HTMLDivElement | null },
): Rows {
  const [, draw] = useState(0);
  const options = {
    count,
    estimateSize: () => rowHeight,
    getScrollElement: () => scroller.current,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    overscan: AHEAD,
    onChange: () => draw((before) => before + 1),
  };
  const [rows] = useState(() => new VirtualizerOf<HTMLDivElement, HTMLDivElement>(options));
  rows.setOptions(options);
  useLayoutEffect(() => rows._didMount(), []);
  useLayoutEffect(() => rows._willUpdate());
  return rows;
}
