import { mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetHost } from '../fleet/inventory.ts';
import { must, run } from '../fleet/process.ts';
import type { FleetSettings } from '../fleet/settings.ts';
import type { Job } from './fanout-job.ts';

/** The programs of the peers, and the Debian package each comes from. */
const NEEDED: Readonly<Record<string, string>> = {
  '/usr/bin/ansible': 'ansible-core',
  '/usr/bin/parallel-ssh': 'pssh',
  '/usr/bin/clush': 'clustershell',
  '/usr/bin/ssh': 'openssh-client',
};

/** Installs what is missing of the peers; run.ts calls it outside of the hosts' network, which leads nowhere. */
export async function installPeers(): Promise<void> {
  const missing = Object.entries(NEEDED).flatMap(([path, name]) => (existsSync(path) ? [] : [name]));
  if (missing.length === 0) return;
  await must(['apt-get', '-q', 'update']);
  const install = ['apt-get', '-q', '-y', '--no-install-recommends', 'install', ...missing];
  await must(['env', 'DEBIAN_FRONTEND=noninteractive', ...install]);
}

/** Another tool that runs a command on many hosts. */
export interface Peer {
  name: string;
  /** argv for a job; `control`: the path of open master connections, `%h` in it. */
  argvOf: (job: Job, control: string | undefined) => string[];
}

/** How a peer reaches hosts over open master connections at `control`, or without any. */
function peerOptions(settings: FleetSettings, control: string | undefined): string {
  const sharing = control === undefined ? ['ControlPath=none'] : ['ControlMaster=no', `ControlPath=${control}`];
  return sshOptions(settings, sharing).join(' ');
}

/** A host's line in an inventory of Ansible's. */
export const inventoryLine = ({ name, address }: FleetHost): string =>
  `${name} ansible_host=${address} ansible_user=root ansible_python_interpreter=/usr/bin/python3\n`;

/** The beginning of argv for every program of Ansible: its own settings, whatever the machine has, written into `directory`. */
export async function ansibleSettings(
  settings: FleetSettings,
  directory: string,
): Promise<(control: string | undefined) => string[]> {
  const [home, config] = [join(directory, 'home'), join(directory, 'ansible.cfg')];
  await mkdir(home, { recursive: true });
  await writeFile(config, '[defaults]\n');
  return (control) => [
    ...['env', `HOME=${home}`, `ANSIBLE_CONFIG=${config}`, 'ANSIBLE_PIPELINING=1', 'ANSIBLE_NOCOLOR=1'],
    `ANSIBLE_SSH_ARGS=${peerOptions(settings, control)}`,
  ];
}

/** The peers over these hosts, their host lists written into `directory`. */
export async function openPeers(
  hosts: readonly FleetHost[],
  settings: FleetSettings,
  directory: string,
): Promise<Peer[]> {
  const list = join(directory, 'hosts');
  const inventory = join(directory, 'inventory.ini');
  const home = join(directory, 'home');
  const ansible = await ansibleSettings(settings, directory);
  await writeFile(list, hosts.map(({ address }) => `${address}\n`).join(''));
  await writeFile(inventory, hosts.map(inventoryLine).join(''));
  const forks = `${hosts.length}`;
  const options = (control: string | undefined): string => peerOptions(settings, control);
  return [
    {
      name: 'ansible',
      argvOf: (job, control) => [
        ...ansible(control),
        ...['ansible', 'all', '-i', inventory, '-f', forks, '-m', 'command'],
        ...['-a', job.stdin === '' ? job.command : withStdin(job)],
      ],
    },
    {
      name: 'parallel-ssh',
      argvOf: (job, control) => [
        ...['parallel-ssh', '-h', list, '-l', 'root', '-p', forks, '-t', '60', '-i', '-x', options(control)],
        ...(job.stdin === '' ? [] : ['-I']),
        job.command,
      ],
    },
    {
      name: 'clush',
      argvOf: (job, control) => [
        'env',
        `HOME=${home}`,
        ...[
          'clush',
          '-S',
          '--hostfile',
          list,
          '-l',
          'root',
          '-f',
          forks,
          '-o',
          options(control?.replaceAll('%', '%%')),
        ],
        ...(job.stdin === '' ? ['--nostdin'] : []),
        job.command,
      ],
    },
  ];
}

/** Arguments of Ansible's `command`. Shell is full of what its templates would take for theirs. */
function withStdin({ command, stdin }: Job): string {
  return JSON.stringify({ cmd: command, stdin: `{% raw %}${stdin}{% endraw %}` });
}

/** The same for all of them: the fleet's key, the pinned host keys and no question; and how they share connections. */
function sshOptions(settings: FleetSettings, sharing: readonly string[]): string[] {
  const said = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${settings.knownHostsFile}`,
    'GlobalKnownHostsFile=/dev/null',
    ...sharing,
  ];
  return ['-F', 'none', '-i', settings.sshKeyFile, ...said.flatMap((option) => ['-o', option])];
}

/** Runs a peer once over all hosts. Throws when not every host answered. */
export async function runPeer(peer: Peer, job: Job, at: { count: number; control: string | undefined }): Promise<void> {
  const { exitCode, stdout, stderr } = await run(peer.argvOf(job, at.control), {
    input: job.stdin,
    timeoutMs: 180_000,
  });
  const answers = stdout.split(job.mark).length - 1;
  if (exitCode === 0 && answers === at.count) return;
  throw new Error(
    `${peer.name}: exit ${exitCode}, ${answers} of ${at.count} answered: ${(stderr + stdout).slice(-2000)}`,
  );
}

/** Opens one OpenSSH master connection per host, at `control` with %h for the address. */
export async function openMasters(
  hosts: readonly FleetHost[],
  settings: FleetSettings,
  control: string,
): Promise<() => Promise<void>> {
  const options = sshOptions(settings, ['ControlMaster=yes', `ControlPath=${control}`]);
  await Promise.all(hosts.map(({ address }) => must(['ssh', ...options, '-f', '-N', `root@${address}`])));
  return async () => {
    await Promise.all(hosts.map(({ address }) => run(['ssh', ...options, '-O', 'exit', `root@${address}`])));
  };
}
