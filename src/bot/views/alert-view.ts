import type { Alert, RunState, SubjectState } from '../../jobs/index.ts';

/** The newest change that a run made to the module, and where it is reported. */
export interface LastChange {
  run: RunState;
  /** Address of its message; empty when there is none. */
  link: string;
}

/** Everything an alert's message is drawn from. */
export interface AlertView {
  alert: Alert;
  subject: SubjectState;
  lastChange: LastChange | undefined;
}
