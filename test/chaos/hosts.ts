import type { DeploymentOptions } from '../helpers/deployment.ts';
import type { LedgerLine } from './ledger.ts';

/** Exact moments of a piece of detached work at which its connection can break. */
export const CUT_MOMENTS = ['upload', 'start', 'output', 'result'] as const;
export type CutMoment = (typeof CUT_MOMENTS)[number];

/** Something that may have kept a host from answering, epoch ms. */
export interface Trouble {
  host: string;
  fromMs: number;
  toMs: number;
}

/** What the player of scenarios needs of hosts, whatever they are made of. Hosts are given by name. */
export interface ChaosHosts {
  /** How a deployment's worker reaches them. */
  readonly reach: Pick<DeploymentOptions, 'inventoryFile' | 'knownHostsFile' | 'sshKeyFile' | 'sshPort'>;
  /** All that was done to them so far. */
  readonly troubles: Trouble[];
  /** A service of this name runs on every host, and comes back with it. */
  prepare(service: string): Promise<void>;
  /** What began and ended of a run, on every host. */
  ledger(runId: string): Promise<LedgerLine[]>;
  /** Hosts on which the service does not run. */
  stopped(service: string): Promise<string[]>;
  /** Each host's boot id. */
  boots(): Promise<Map<string, string>>;
  /** Ends the SSH sessions that these processes have on a host. False: there were none. */
  cut(host: string, pids: readonly number[]): Promise<boolean>;
  /**
   * Breaks the connection at the next such moment on any host; false when the signal came first. Hosts that can't see the
   * moment cut `host` at once.
   */
  cutAt(moment: CutMoment, at: { host: string; pids: readonly number[]; signal: AbortSignal }): Promise<boolean>;
  /** No packet passes for so long, and no socket closes. */
  silence(host: string, forMs: number): Promise<void>;
  /** All SSH sessions end, and no new one begins for so long. */
  refuse(host: string, forMs: number): Promise<void>;
  /** Resolves when it is up again. */
  reboot(host: string): Promise<void>;
  /** True when every host lets us in. */
  letIn(): Promise<boolean>;
  close(): Promise<void>;
}
