import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { RealDeployment } from '../fleet/deployment.ts';
import type { FleetHost } from '../fleet/inventory.ts';
import { run } from '../fleet/process.ts';
import { fleetSettings } from '../fleet/settings.ts';
import { ansibleSettings, inventoryLine, openMasters } from './fanout-peers.ts';

const PLAYBOOK = join(import.meta.dirname, 'redeploy.yml');
const FORKS = '5';

const Listed = z.array(z.object({ path: z.string() }));
const Play = z.object({ vars: z.object({ wanted: z.record(z.string(), z.object({ files: Listed })) }) });

/** The playbook over deployed hosts. */
export interface Playbook {
  /** Runs it once; throws unless every host says that nothing changed. */
  run(): Promise<void>;
  close(): Promise<void>;
}

const groupOf = ({ name }: FleetHost): 'servers' | 'proxies' => (name.startsWith('haproxy') ? 'proxies' : 'servers');

/** Fetches the content of every file that the playbook lists from the host that has it. */
async function fetchSources(real: RealDeployment, hosts: readonly FleetHost[], directory: string): Promise<void> {
  const [play] = z.tuple([Play]).parse(parse(await readFile(PLAYBOOK, 'utf8')));
  await Promise.all(
    hosts.flatMap((host) =>
      (play.vars.wanted[groupOf(host)]?.files ?? []).map(async ({ path }) => {
        const { stdout, stderr, exitCode } = await real.fleet.exec(host.name, `cat ${path}`);
        if (exitCode !== 0) throw new Error(`${path} on ${host.name}: ${stderr}`);
        await mkdir(dirname(join(directory, host.name, path)), { recursive: true });
        await writeFile(join(directory, host.name, path), stdout);
      }),
    ),
  );
}

/** What Ansible's modules need of a host: Python, and its binding of apt. */
async function installPython(real: RealDeployment, hosts: readonly FleetHost[]): Promise<void> {
  const install = 'DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends python3 python3-apt';
  await Promise.all(
    hosts.map(async ({ name }) => {
      const { stdout, stderr, exitCode } = await real.fleet.exec(name, install);
      if (exitCode !== 0) throw new Error(`No Python on ${name}: ${(stderr + stdout).slice(-1000)}`);
    }),
  );
}

/** Readies hosts that the bot has deployed for the playbook, with one OpenSSH master connection to each left open. */
export async function openPlaybook(
  real: RealDeployment,
  hosts: readonly FleetHost[],
  directory: string,
): Promise<Playbook> {
  const settings = fleetSettings();
  const [sources, inventory, control] = [
    join(directory, 'sources'),
    join(directory, 'inventory'),
    join(directory, '%h'),
  ];
  const inGroup = (group: string) => hosts.filter((host) => groupOf(host) === group).map(inventoryLine);
  const groups = ['servers', 'proxies'].map((group) => `[${group}]\n${inGroup(group).join('')}`);
  await writeFile(inventory, groups.join('\n'));
  await fetchSources(real, hosts, sources);
  await installPython(real, hosts);
  const ansible = await ansibleSettings(settings, directory);
  const close = await openMasters(hosts, settings, control);
  const playbook = ['ansible-playbook', '-i', inventory, '-f', FORKS, '-e', `sources=${sources}`, PLAYBOOK];
  return {
    close,
    async run() {
      const { stdout, stderr, exitCode } = await run([...ansible(control), ...playbook], { timeoutMs: 180_000 });
      const unchanged = stdout.match(/ok=[1-9]\d* +changed=0 +unreachable=0 +failed=0/g) ?? [];
      if (exitCode === 0 && unchanged.length === hosts.length) return;
      throw new Error(`ansible-playbook: exit ${exitCode}: ${(stdout + stderr).slice(-3000)}`);
    },
  };
}
