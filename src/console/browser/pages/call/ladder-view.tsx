import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { isLive } from '../../../data/resources.ts';
import { buildLadder } from '../../../ladder/build.ts';
import { partyColumn } from '../../../ladder/columns.ts';
import type { Density } from '../../../ladder/ladder.ts';
import { ROW_HEIGHT } from '../../../ladder/shape.ts';
import { HEAD_HEIGHT, type Picture, pictureOf, type RowShape } from '../../../ladder/shapes.ts';
import { useKeys } from '../../keys.tsx';
import { Shapes } from '../../parts/shapes.tsx';
import type { ShownFamily } from './shown-family.ts';

type LadderViewProps = ShownFamily & {
  readonly density: Density;
  /** The leg of the address. */
  readonly sid: string;
};

/** Everything that went between caller, Asterisk, Legwork, application servers and callees, in order. */
export function LadderView(props: LadderViewProps): JSX.Element {
  const { family, density, now, selected, onSelect } = props;
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const ladder = useMemo(() => buildLadder(family, { density, now }), [family, density, now]);
  const call = family.calls.find((one) => one.sid === props.sid && one.parent_call_sid !== null);
  const own = call === undefined ? undefined : partyColumn(call);
  const picture = useMemo(() => pictureOf(ladder, width, own), [ladder, width, own]);
  const follow = useFollow(place, family.calls.some(isLive), picture.height);
  useStepping(picture, selected, onSelect);
  return (
    <div class="ladder" ref={place} onScroll={follow.onScroll}>
      <svg class="ladder-head" width={picture.width} height={HEAD_HEIGHT} aria-hidden="true">
        <Shapes shapes={picture.head} />
      </svg>
      <svg
        class="ladder-body"
        width={picture.width}
        height={picture.height}
        role="list"
        aria-label="Ladder of the call"
      >
        <Shapes shapes={picture.background} />
        {picture.rows.map((row, index) => (
          <LadderRow key={index} row={row} {...props} width={picture.width} isFirst={index === 0} />
        ))}
      </svg>
      {follow.canFollow && (
        <button type="button" class="news" onClick={follow.resume}>
          Follow
        </button>
      )}
    </div>
  );
}

type LadderRowProps = LadderViewProps & {
  readonly row: RowShape;
  readonly width: number;
  readonly isFirst: boolean;
};

function LadderRow({ row, width, isFirst, selected, marked, onSelect }: LadderRowProps): JSX.Element {
  const { event, y, label, shapes } = row;
  if (event === undefined) {
    return (
      <g role="listitem" aria-label={label}>
        <Shapes shapes={shapes} />
      </g>
    );
  }
  const isSelected = event === selected;
  const look = `row${isSelected ? ' selected' : ''}${event === marked ? ' marked' : ''}`;
  const pressed = (key: KeyboardEvent) => {
    if (key.key !== 'Enter') return;
    key.stopPropagation();
    onSelect(event);
  };
  return (
    <g role="listitem">
      <g
        class={look}
        role="button"
        aria-pressed={isSelected}
        tabindex={isSelected || (selected === undefined && isFirst) ? 0 : -1}
        data-event={event}
        onClick={() => onSelect(event)}
        onKeyDown={pressed}
      >
        <rect class="row-back" x={4} y={y + 1} width={width - 8} height={ROW_HEIGHT - 2} rx={6} />
        <Shapes shapes={shapes} />
      </g>
    </g>
  );
}

function useWidth(place: { current: HTMLDivElement | null }): number {
  const [width, setWidth] = useState(900);
  useLayoutEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(current.clientWidth));
    observer.observe(current);
    setWidth(current.clientWidth);
    return () => observer.disconnect();
  }, []);
  return width;
}

/** `j` and `k` select the next and the previous line; a request and its reply are one. */
function useStepping(
  picture: Picture,
  selected: number | undefined,
  onSelect: (event: number) => void,
): void {
  const events = [...new Set(picture.rows.flatMap(({ event }) => (event === undefined ? [] : [event])))];
  useKeys((key) => {
    if (key !== 'j' && key !== 'k') return;
    const at = selected === undefined ? -1 : events.indexOf(selected);
    const next = events[key === 'j' ? at + 1 : Math.max(0, at - 1)];
    if (next === undefined) return;
    onSelect(next);
  });
  useEffect(() => {
    if (selected === undefined) return;
    document.querySelector(`.ladder [data-event="${selected}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
}

const NEAR_END_PX = 40;

/** While a call runs, the newest line stays in sight, until the reader scrolls away from it. */
function useFollow(place: { current: HTMLDivElement | null }, runs: boolean, height: number) {
  const [follows, setFollows] = useState(true);
  useLayoutEffect(() => {
    const { current } = place;
    if (current !== null && runs && follows) current.scrollTop = current.scrollHeight;
  }, [height, runs, follows]);
  return {
    canFollow: runs && !follows,
    resume: () => setFollows(true),
    onScroll: ({ currentTarget: at }: { currentTarget: HTMLDivElement }) => {
      if (runs) setFollows(at.scrollTop + at.clientHeight >= at.scrollHeight - NEAR_END_PX);
    },
  };
}
