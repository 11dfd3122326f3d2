/** Everything opened gives one of these; calling it twice is harmless. */
export type Closer = () => Promise<void>;

export interface ConsumeOptions {
  /** How many at once in this process. */
  concurrency: number;
}

export interface ReportOptions extends ConsumeOptions {
  /** Told when a report that was refused again and again is not tried any more by this process. */
  gaveUp?: (runId: string, error: unknown) => void;
}
