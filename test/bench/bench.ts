import type { FleetHost } from '../fleet/inventory.ts';
import type { Figure } from './stats.ts';

/** What a bench is given. */
export interface BenchContext {
  /** Counted rounds; medians are of so many samples. 5 or more in a full run. */
  rounds: number;
  /** The booted hosts that the bench asked for. */
  hosts: readonly FleetHost[];
  /** False for a smoke run (few hosts, few rounds, short loads), whose figures are printed and not written down. */
  isFull: boolean;
  /** An empty directory of this bench's own, removed after it. */
  directory: string;
  /** Tells whoever waits what is being done; one short line. */
  progress: (text: string) => void;
}

/**
 * One bench: the module `test/bench/<name>.ts` exports it as `bench`, and list.ts lists it. It closes all it opened. With
 * hosts it runs inside the fleet's network, in which only these and 127.0.0.1 exist; without, on the machine. Either way in
 * a process of its own, so that no bench inherits another's heap.
 */
export interface Bench {
  /** What `npm run bench -- <name>` takes, and the name of its table in docs/bench.md; `drills` also takes `drills-redis`. */
  name: string;
  /** Which hosts of the inventory are booted for it, by name. */
  hosts: 'none' | 'all' | readonly string[];
  run(context: BenchContext): Promise<Figure[]>;
}
