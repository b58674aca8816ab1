import { Document, isMap, isSeq } from 'yaml';

/** A scenario as it is written: plain values, in the order of the file. */
export interface WrittenScenario {
  readonly name: string;
  readonly url: string;
  readonly 'status-callback'?: string;
  readonly call?: Readonly<Record<string, unknown>>;
  readonly api?: Readonly<Record<string, unknown>>;
  readonly steps: readonly WrittenStep[];
  readonly expect: { readonly status: string; readonly requests?: string };
}

export type WrittenStep = 'hangup' | Readonly<Record<string, unknown>>;

const LONGEST_LINE = 110;

/** The file of a scenario; `comment` stands above it. */
export function yamlOf(scenario: WrittenScenario, comment?: string): string {
  const document = new Document(scenario);
  if (comment !== undefined) document.commentBefore = comment.replace(/^/gm, ' ');
  const steps = document.get('steps');
  const values = isSeq(steps)
    ? steps.items.flatMap((step) => (isMap(step) ? [step.items[0]?.value] : []))
    : [];
  // What belongs together stands on one line.
  for (const node of [document.get('call'), document.get('api'), ...values]) {
    if (isMap(node)) node.flow = true;
  }
  return document.toString({ lineWidth: LONGEST_LINE });
}

const TENTH_MS = 100;

/** `3s`, `0.5s`. */
export function written(ms: number): string {
  return `${Math.round(ms / TENTH_MS) / 10}s`;
}
