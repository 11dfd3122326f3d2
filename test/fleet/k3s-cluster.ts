import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAM } from '../../src/modules/k3s/settings.ts';
import { startMirror } from './mirror.ts';
import { openMovable, type Movable } from './operator.ts';

const ROOT = join(import.meta.dirname, '../..');

export const MASTERS = ['k8s-master-01', 'k8s-master-02', 'k8s-master-03'];
/** The inventory of these tests has no others. */
export const WORKERS = ['k8s-worker-01', 'k8s-worker-02'];
export const NODES = [...MASTERS, ...WORKERS];
/** The web server with the program stands beside it. */
const ORCHESTRATOR = 'install-01';

export const UNITS = 'k3s.service k3s-agent.service';

/** Canaries: values that must be found nowhere but in the files that the modules list. */
export const CANARIES = {
  SERVER_TOKEN: 'canaryServerPassword0123456789abcdef',
  AGENT_TOKEN: 'canaryAgentPassword0123456789abcdef',
};

/** A deployment over empty hosts whose inventory leads to a web server with the program. */
export type K3sDeployment = Movable;

/** What is installed where the stand-in runs: what it is made of, without Debian's own etcd running. */
export const INSTALL_STAND_IN =
  'systemctl mask etcd.service && apt-get -q update && apt-get -q -y install --no-install-recommends k3s-stand-in curl';

/** Opens it, with these credentials of other modules besides; where the stand-in runs, what it is made of is on the hosts. */
export async function openK3s(credentials: Record<string, string> = {}): Promise<K3sDeployment> {
  const mirror = await startMirror([PROGRAM]);
  const directory = await mkdtemp(join(tmpdir(), 'keybuzz-fleet-k3s-'));
  const inventory = await readFile(join(ROOT, 'inventory/servers.tsv'), 'utf8');
  const isKept = (line: string) => !/\tk8s-worker-0[3-5]\t/.test(line);
  const inventoryFile = join(directory, 'servers.tsv');
  await writeFile(join(directory, 'artifacts.yaml'), mirror.artifacts);
  await writeFile(inventoryFile, inventory.split('\n').filter(isKept).join('\n'));
  const tokens = Object.entries(CANARIES).map(([name, value]) => `${name}=${value}\n`);
  const closeMirror = async () => {
    await mirror.close();
    await rm(directory, { recursive: true });
  };
  const real = await openMovable([...NODES, ORCHESTRATOR], {
    credentials: { 'k3s.env': tokens.join(''), ...credentials },
    inventoryFile,
  }).catch(async (error: unknown) => {
    await closeMirror();
    throw error;
  });
  const install = process.env.KEYBUZZ_REAL_ARTIFACTS === undefined ? INSTALL_STAND_IN : 'true';
  await Promise.all(NODES.map((host) => on(real, host, `{ ${install}; } >/dev/null 2>&1`)));
  return {
    ...real,
    async close() {
      await real.close();
      await closeMirror();
    },
  };
}

/** Runs shell as root on a host, and gives what it printed; a failure throws what it said. */
export async function on(real: Movable, host: string, shell: string): Promise<string> {
  const { stdout, stderr, exitCode } = await real.fleet.exec(host, shell);
  if (exitCode !== 0) throw new Error(`${shell} on ${host}: exit ${exitCode}: ${stdout}${stderr}`);
  return stdout.trim();
}

/** What the API says to kubectl on the first master. */
export const kubectl = (real: Movable, words: string): Promise<string> =>
  on(real, MASTERS[0] ?? '', `k3s kubectl ${words}`);
