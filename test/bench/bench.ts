import type { FleetHost } from '../fleet/inventory.ts';
import type { Figure } from './stats.ts';

/** What a bench is given. */
export interface BenchContext {
  /** Counted rounds; medians are of so many samples. 5 or more in a full run. */
  rounds: number;
  /** The booted hosts, for a bench with `needsHosts`; else none. */
  hosts: readonly FleetHost[];
  /** False for a smoke run (few hosts, few rounds, short loads), whose figures are printed and not written down. */
  isFull: boolean;
  /** An empty directory of this bench's own, removed after it. */
  directory: string;
  /** Tells whoever waits what is being done; one short line. */
  progress: (text: string) => void;
}

/**
 * One bench: the module `test/bench/<name>.ts` exports it as `bench`, and run.ts lists it. It closes all it opened. With
 * `needsHosts` it runs inside the fleet's network, in which only the hosts and 127.0.0.1 exist; without, on the machine.
 * Either way in a process of its own, so that no bench inherits another's heap.
 */
export interface Bench {
  /** One word: what `npm run bench -- <name>` takes, and the name of its table in docs/bench.md. */
  name: string;
  needsHosts: boolean;
  run(context: BenchContext): Promise<Figure[]>;
}
