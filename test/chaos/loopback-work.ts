import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { LedgerLine } from './ledger.ts';

/** What one host of the test's own process is like now. */
export interface LoopbackHost {
  name: string;
  address: string;
  boot: string;
  ledger: LedgerLine[];
  marks: Set<string>;
  /** Services that there are, and whether each runs. */
  services: Map<string, boolean>;
}

/** A host where nothing happened yet. */
export function newLoopbackHost(name: string, address: string): LoopbackHost {
  return { name, address, boot: randomUUID(), ledger: [], marks: new Set(), services: new Map() };
}

/** One run of work.sh as bash would have it. */
export interface Performing {
  mode: 'check' | 'apply';
  args: readonly string[];
  /** `<run>.<step>.<attempt>`; empty in check mode. */
  unit: string;
  write: (text: string) => void;
  signal: AbortSignal;
}

function note(host: LoopbackHost, kind: LedgerLine['kind'], unit: string): void {
  host.ledger.push({ host: host.name, kind, unit, atMs: Date.now(), boot: host.boot });
}

/** What work.sh would change: its mark, or its service. */
function changes(host: LoopbackHost, args: readonly string[]): string[] {
  const [token = '', step = '', , , service, verb] = args;
  if (service === undefined) {
    const mark = `${token}.${step}`;
    return host.marks.has(mark) ? [] : [`::change mark /var/lib/keybuzz-chaos/${mark} done\n`];
  }
  if (verb === 'start') return [`::change service ${service}.service started again, should it be stopped\n`];
  return host.services.get(service) === true ? [`::change service ${service}.service stopped\n`] : [];
}

/** Does what work.sh does on a real host, line by line. Gives its exit status. */
export async function performWork(
  host: LoopbackHost,
  { mode, args, unit, write, signal }: Performing,
): Promise<number> {
  const [token = '', step = '', pieces = '0', pieceSeconds = '0', service, verb] = args;
  if (mode === 'check') {
    for (const change of changes(host, args)) write(change);
    return 0;
  }
  note(host, 'begin', unit);
  for (let piece = 1; piece <= Number(pieces); piece += 1) {
    await delay(Number(pieceSeconds) * 1000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return 143;
    write(`::progress ${piece}/${pieces} piece ${piece}\n`);
  }
  for (const change of changes(host, args)) write(change);
  if (service === undefined) host.marks.add(`${token}.${step}`);
  else host.services.set(service, verb === 'start');
  note(host, 'end', unit);
  return 0;
}
