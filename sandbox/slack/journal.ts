/** One thing that crossed the wire: a request with its answer, or a socket frame. */
export interface Call {
  /** Counts up over everything, so two entries of one millisecond keep their order. */
  sequence: number;
  atMs: number;
  kind: 'api' | 'upload' | 'response_url' | 'envelope' | 'ack' | 'frame';
  /** The method (`chat.update`), the envelope's type (`slash_commands`), or the frame's (`hello`). */
  name: string;
  /** What was sent, as text, exactly as it was on the wire (headers left out). */
  raw: string;
  /** The same, parsed. */
  params: Record<string, unknown>;
  /** What was answered; empty until it was, and for ever where a fault cut the line. */
  answer: string;
  /** HTTP status of the answer; 0 for frames and unanswered requests. */
  status: number;
  /** From the request's arrival to its answer; for an ack, from the envelope to the ack. */
  latencyMs: number;
}

/** The record of a whole run: for budgets ("at most two edits a second") and for canaries ("no secret was sent"). */
export interface Journal {
  /** Notes a new entry and gives it back to be completed. */
  note(entry: Pick<Call, 'kind' | 'name' | 'raw'> & Partial<Call>): Call;
  entries(): readonly Call[];
}

/** An empty journal. `onNote` runs after each entry. */
export function createJournal(nowMs: () => number, onNote: (call: Call) => void): Journal {
  const entries: Call[] = [];
  return {
    note(entry) {
      const call: Call = {
        sequence: entries.length,
        atMs: nowMs(),
        params: {},
        answer: '',
        status: 0,
        latencyMs: 0,
        ...entry,
      };
      entries.push(call);
      onNote(call);
      return call;
    },
    entries: () => entries,
  };
}
