import type { Inventory } from '../../src/inventory-parse.ts';
import type { Power } from '../hetzner/index.ts';
import type { FaultSpec } from '../web/faults.ts';
import type { Site } from './site.ts';

/** A network that only processes started in it reach. */
export interface OwnNetwork {
  /** argv of a program as started in it. */
  enter: (argv: readonly string[]) => string[];
  /** Lets its processes reach a port of this machine's 127.0.0.1 under the same address; the function ends it. */
  openPort: (port: number) => Promise<() => Promise<void>>;
}

/** The hosts behind a demo, and what bot, worker and page need to know of them. */
export interface DemoHosts {
  /** Said at the top of the page: what here is not real. */
  label: string;
  /** Text of a known_hosts file. */
  knownHosts: string;
  /** Where their SSH servers listen. */
  port: number;
  /** Undefined: the hosts are reached from everywhere on this machine. */
  network: OwnNetwork | undefined;
  /** Trouble that can be made with them. */
  faults: FaultSpec[];
  /** Modules that the monitor asks: those that are there before anything is deployed. */
  monitored: readonly string[];
  /** Makes them forget what was deployed; undefined where that takes more than a moment. */
  forget: (() => void) | undefined;
  /** What becomes of one when its server's power is touched at Hetzner; undefined: nothing. */
  onPower: ((host: string, what: Power) => void) | undefined;
  close: () => Promise<void>;
}

/** Hosts of one kind, before there are any. */
export interface HostMaker {
  /** Said before anything is started. */
  title: string;
  inventory: Inventory;
  /** Starts them, open to the site's key. `say` hears of what takes time. */
  open: (site: Site, say: (line: string) => void) => Promise<DemoHosts>;
}
