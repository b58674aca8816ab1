import type { KeptDocument } from '../../call/journal-store.ts';
import type { ApiCallOrder } from './api-call-order.ts';
import type { CallStart } from './call-start.ts';
import type { VoiceSettings } from '../../call/leg/leg.ts';
import {
  type KeptPosition,
  type LegPosition,
  type Position,
  POSITION_VERSION,
  type Step,
  type VerbStep,
} from './position.ts';

/** What the first version of Legwork kept: a position had no kind, which showed only in the members that it had. */
interface FirstVersion {
  readonly version: 1;
  readonly dialling?: {
    readonly order: ApiCallOrder;
    readonly voice: VoiceSettings;
    readonly since?: number;
    readonly start?: CallStart;
  };
  readonly taken?: CallStart;
}

type FirstPosition = Omit<Position, 'version' | 'kind' | 'step'> & {
  readonly step: Exclude<Step, VerbStep> | (Omit<VerbStep, 'state'> & { readonly state?: unknown });
};

/** The position that this or an earlier version of Legwork kept; undefined when a newer one wrote it, or its document is missing. */
export function readPosition(saved: unknown): LegPosition | undefined {
  const { version } = saved as { readonly version: number };
  if (version === POSITION_VERSION) return isWhole(saved) ? saved : undefined;
  if (version === 1) return fromFirstVersion(saved as FirstVersion);
  return undefined;
}

/** The position with its document's text, if that was kept apart; without it, it cannot be read. */
export function withDocument(saved: unknown, kept: KeptDocument | undefined): unknown {
  const position = saved as KeptPosition;
  if (position.kind !== 'document' || position.step.kind !== 'verb') return saved;
  const { step } = position;
  if (!('name' in step.document) || step.document.name !== kept?.name) return saved;
  const { name: _, ...source } = step.document;
  return { ...position, step: { ...step, document: { ...source, text: kept.text } } };
}

/** Sids of the recordings that a verb was working on, and goes on with after a restart. */
export function recordingsInHand(saved: unknown): readonly string[] {
  const position = saved === undefined ? undefined : readPosition(saved);
  if (position?.kind !== 'document' || position.step.kind !== 'verb') return [];
  return position.step.state?.recordings ?? [];
}

/** Without its document nobody knows what to do next on the leg. */
function isWhole(saved: unknown): saved is LegPosition {
  const position = saved as LegPosition;
  return position.kind !== 'document' || position.step.kind !== 'verb' || 'text' in position.step.document;
}

function fromFirstVersion({ dialling, taken, ...position }: FirstVersion): LegPosition {
  const version = POSITION_VERSION;
  if (dialling !== undefined) return { version, kind: 'dialling', ...dialling };
  if (taken !== undefined) return { version, kind: 'taken', start: taken };
  const { step, ...rest } = position as unknown as FirstPosition;
  return { ...rest, version, kind: 'document', step: step.kind === 'verb' ? verbStep(step) : step };
}

/** In the first version a verb's state had no version, and its recording was the member `recording`. */
function verbStep({ state, ...step }: Extract<FirstPosition['step'], { kind: 'verb' }>): VerbStep {
  if (state === undefined) return step;
  const { recording } = state as { readonly recording?: { readonly sid: string } };
  const recordings = recording === undefined ? {} : { recordings: [recording.sid] };
  return { ...step, state: { version: 1, value: state, ...recordings } };
}
