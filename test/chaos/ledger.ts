/** One line of a host's ledger: a piece of work began or ended there. */
export interface LedgerLine {
  host: string;
  kind: 'begin' | 'end';
  /** `<run>.<step>.<attempt>`. */
  unit: string;
  /** Epoch ms; all hosts have the machine's clock. */
  atMs: number;
  boot: string;
}

/** Parses a ledger. Throws for a line that is not ours: then two writes mixed. */
export function parseLedger(host: string, text: string): LedgerLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const match = /^(begin|end) ([a-z0-9.-]+) (\d+\.\d+) ([0-9a-f-]{36})$/.exec(line);
      const [, kind, unit = '', seconds, boot = ''] = match ?? [];
      if (kind !== 'begin' && kind !== 'end') throw new Error(`The ledger of ${host} has the line "${line}".`);
      return { host, kind, unit, atMs: Number(seconds) * 1000, boot };
    });
}
