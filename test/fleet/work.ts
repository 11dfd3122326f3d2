import { randomBytes } from 'node:crypto';
import { createRedact, type Secret } from '../../src/secret.ts';
import {
  createSshPool,
  directoryNameOf,
  followDetached,
  loadKnownHosts,
  startDetached,
  unitNameOf,
  type FollowRequest,
  type RunKey,
  type ScriptResult,
  type SshPool,
  type SshTarget,
  type StartRequest,
  type StartResult,
} from '../../src/ssh/index.ts';
import { assemble } from '../ssh/assemble.ts';
import type { Fleet } from './fleet.ts';
import { until } from './process.ts';

/** A key nobody used before. */
export function freshKey(): RunKey {
  return { run: `t${randomBytes(5).toString('hex')}`, step: 'some-step', attempt: 1 };
}

/** A pool with the fleet's key and pinned hosts, whose connections notice a dead host soon. */
export function poolFor(fleet: Fleet): SshPool {
  return createSshPool({
    keyFile: fleet.sshKeyFile,
    knownHosts: () => loadKnownHosts(fleet.knownHostsFile),
    connectTimeoutMs: 3_000,
    keepAliveMs: 500,
  });
}

export function targetOf(fleet: Fleet, host: string): SshTarget {
  const found = fleet.hosts.find(({ name }) => name === host);
  if (found === undefined) throw new Error(`${host} is not in this fleet`);
  return { host, address: found.address, port: 22, user: 'root' };
}

/** Detached work on one host of the fleet, with everything a test seldom varies filled in. */
export interface Work {
  key: RunKey;
  directory: string;
  unit: string;
  start(more?: Partial<StartRequest>): Promise<StartResult>;
  follow(more?: Partial<FollowRequest>): Promise<ScriptResult>;
  /** Resolves when the host's file is there: how a script tells how far it is. */
  reached(path: string): Promise<void>;
  pool: SshPool;
  target: SshTarget;
}

export function workOn(fleet: Fleet, host: string, body: string, options: { pool: SshPool; key?: RunKey }): Work {
  const { pool, key = freshKey() } = options;
  const target = targetOf(fleet, host);
  const base = { key, script: assemble(body), args: [], secrets: [] as Secret[], timeoutSeconds: 60, fences: [] };
  return {
    key,
    directory: `/var/lib/keybuzz/runs/${directoryNameOf(key)}`,
    unit: unitNameOf(key),
    pool,
    target,
    start: (more = {}) => startDetached(pool, target, { ...base, redact: createRedact(more.secrets), ...more }),
    follow: (more = {}) => followDetached(pool, target, { key, redact: createRedact(), deadlineMs: 15_000, ...more }),
    reached: async (path) => {
      await until(`${host}: ${path}`, 20_000, async () => {
        const { exitCode } = await fleet.exec(host, `test -e ${path}`);
        return exitCode === 0 || undefined;
      });
    },
  };
}
