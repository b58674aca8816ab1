import type { JSX } from 'preact';
import { callFile } from '../../../data/call-file.ts';
import type { CallFamily } from '../../../data/resources.ts';
import { isoText } from '../../../data/times.ts';
import { Command } from '../../parts/texts.tsx';

/** The call as the exported file has it. */
export function JsonView({
  family,
  now,
}: {
  readonly family: CallFamily;
  readonly now: number;
}): JSX.Element {
  return <Command text={callFile(family, isoText(now), false)} />;
}
