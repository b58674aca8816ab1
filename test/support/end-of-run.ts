const steps: (() => Promise<void>)[] = [];

/**
 * Has `step` run after the last test of this process. A hook on mocha's root suite would be too early: a worker
 * of `parallel-mocha.ts` runs file after file, each as a mocha run of its own.
 */
export function atEndOfRun(step: () => Promise<void>): void {
  steps.push(step);
}

/** All steps, the last one first, also when one fails. Mocha calls it by this name (`.mocharc.json` requires it). */
export async function mochaGlobalTeardown(): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps.splice(0).toReversed()) {
    await step().catch((error: unknown) => errors.push(error));
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, 'The run could not be ended cleanly');
}
