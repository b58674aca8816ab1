/** One thing that was looked at. */
export interface DoctorCheck {
  /** Short, always the same: `disk`, `certificate` … */
  readonly name: string;
  readonly ok: boolean;
  /** What was found, for people. */
  readonly text: string;
  /** What to do; absent when all is well. */
  readonly remedy?: string;
}

/** What `npm run doctor` and `GET P/Doctor` say. */
export interface DoctorReport {
  /** Whether every check is. */
  readonly ok: boolean;
  readonly checks: readonly DoctorCheck[];
}

export function reportOf(checks: readonly DoctorCheck[]): DoctorReport {
  return { ok: checks.every(({ ok }) => ok), checks };
}
