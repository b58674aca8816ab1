import type { RunContext, VerbOutcome } from '../run-context.ts';
import type { DialVerb } from './dial.ts';

/** Placeholder until the Dial is written. */
export function runDial(_verb: DialVerb, _context: RunContext): Promise<VerbOutcome> {
  return Promise.resolve({ kind: 'next' });
}
