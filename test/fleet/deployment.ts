import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDeployment, type Deployment, type DeploymentOptions } from '../helpers/deployment.ts';
import { openFleet, type Fleet } from './fleet.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Canaries: values that must be found nowhere but in the service files that the module lists. */
export const CANARIES = {
  REDIS_PASSWORD: 'canaryRedisPassword0123456789abcdef',
  SENTINEL_PASSWORD: 'canarySentinelPassword0123456789abcdef',
};

/** Redis' imported credentials. */
export const CREDENTIALS = {
  'redis.env': Object.entries(CANARIES)
    .map(([name, value]) => `${name}=${value}\n`)
    .join(''),
};

/** Why modules are deployed here though what they require is not valid. */
const WITHOUT_BASE = 'test hosts without base';

/** The real processes over real hosts, with ways to ask the services themselves. */
export interface RealDeployment extends Deployment {
  fleet: Fleet;
  /** Runs a Redis command from a host against an address, with the password of the canaries. */
  askRedis(from: string, address: string, command: string): Promise<string>;
  /** Asks the Sentinel of a host. */
  askSentinel(host: string, command: string): Promise<string>;
  /** When these services (default: redis' ones) were started: equal before and after means nothing was restarted. */
  starts(hosts: readonly string[], units?: string): Promise<string[]>;
}

async function asked(fleet: Fleet, host: string, password: string, command: string): Promise<string> {
  const { stdout, stderr, exitCode } = await fleet.exec(
    host,
    `REDISCLI_AUTH=${password} redis-cli --no-auth-warning ${command}`,
  );
  if (exitCode !== 0) throw new Error(`redis-cli ${command} on ${host}: exit ${exitCode}: ${stdout}${stderr}`);
  return stdout.trim();
}

export interface RealOptions extends Partial<DeploymentOptions> {
  /** What modules require is deployed there, too: nothing is overridden, and no credential is imported. */
  hasBase?: boolean;
}

/** Opens a deployment over freshly reset hosts, its credentials being the canaries. No process runs yet. */
export async function openRealDeployment(
  hosts: readonly string[],
  { hasBase = false, ...options }: RealOptions = {},
): Promise<RealDeployment> {
  const fleet = await openFleet({ hosts });
  await Promise.all(hosts.map((host) => fleet.reset(host)));
  const directory = await mkdtemp(join(tmpdir(), 'keybuzz-fleet-test-'));
  const knownHostsFile = join(directory, 'known_hosts');
  await copyFile(fleet.knownHostsFile, knownHostsFile);
  const deployment = await openDeployment({
    credentials: hasBase ? {} : CREDENTIALS,
    inventoryFile: join(ROOT, 'inventory/servers.tsv'),
    knownHostsFile,
    sshKeyFile: fleet.sshKeyFile,
    ...options,
  });
  return {
    ...deployment,
    // Base needs a resolver and more packages than these hosts have time for: test/fleet/base.test.ts deploys it.
    run: (person, text) =>
      deployment.run(person, hasBase ? text : text.replace(/^deploy \S+$/, `$& --override ${WITHOUT_BASE}`)),
    fleet,
    askRedis: (from, address, command) => asked(fleet, from, CANARIES.REDIS_PASSWORD, `-h ${address} ${command}`),
    askSentinel: (host, command) => asked(fleet, host, CANARIES.SENTINEL_PASSWORD, `-p 26379 ${command}`),
    starts: (names, units = 'redis-server.service redis-sentinel.service haproxy.service') =>
      Promise.all(
        names.map(async (host) => {
          const show = 'systemctl show -p Id,MainPID,ActiveEnterTimestampMonotonic,ReloadResult';
          return `${host}\n${(await fleet.exec(host, `${show} ${units}`)).stdout}`;
        }),
      ),
    async close() {
      await deployment.close();
      await rm(directory, { recursive: true, force: true });
      await fleet.close();
    },
  };
}
