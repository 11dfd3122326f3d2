import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { openFleet, type Fleet } from '../fleet/fleet.ts';
import { run, until } from '../fleet/process.ts';
import type { ChaosHosts } from './hosts.ts';
import { parseLedger } from './ledger.ts';
import { LEDGER, SPREAD_HOSTS } from './module.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Socket lines of `ss -Htnp state established`: the ports of both ends and the processes that hold it. */
function parseSockets(text: string): { local: number; peer: number; pids: number[] }[] {
  return text.split('\n').flatMap((line) => {
    // Without the state column, as only one state is asked for.
    const [, , local, peer, users = ''] = line.trim().split(/\s+/);
    if (local === undefined || peer === undefined) return [];
    const port = (address: string) => Number(address.slice(address.lastIndexOf(':') + 1));
    return [
      { local: port(local), peer: port(peer), pids: [...users.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid)) },
    ];
  });
}

/** SSH sessions on a host; with `ports` only those that come from them. */
async function sessionPids(fleet: Fleet, host: string, ports?: readonly number[]): Promise<number[]> {
  const { stdout } = await fleet.exec(host, "ss -Htnp state established '( sport = :22 )'");
  const sockets = parseSockets(stdout).filter(({ peer }) => ports?.includes(peer) ?? true);
  return [...new Set(sockets.flatMap(({ pids }) => pids))];
}

async function cut(fleet: Fleet, host: string, ours: readonly number[]): Promise<boolean> {
  const { stdout } = await run(fleet.enterNetns(['ss', '-Htnp', 'state', 'established', '( dport = :22 )']));
  const sockets = parseSockets(stdout).filter(({ pids }) => pids.some((pid) => ours.includes(pid)));
  const ports = sockets.map(({ local }) => local);
  const pids = await sessionPids(fleet, host, ports);
  if (pids.length > 0) await fleet.exec(host, `kill -KILL ${pids.join(' ')}`);
  return pids.length > 0;
}

async function refuse(fleet: Fleet, host: string, forMs: number): Promise<void> {
  await fleet.exec(host, 'systemctl stop ssh.service');
  try {
    const pids = await sessionPids(fleet, host);
    if (pids.length > 0) await fleet.exec(host, `kill -KILL ${pids.join(' ')}`);
    await delay(forMs);
  } finally {
    await fleet.exec(host, 'systemctl reset-failed ssh.service; systemctl start ssh.service');
  }
}

/** Work done one after the other: a host that is down, or not all up again, can't be asked for anything. */
function createTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

/** Another lane may be restarting the host right now: it is asked when it is there again. */
function patient(fleet: Fleet): Fleet {
  const exec: Fleet['exec'] = async (host, command) => {
    let trouble: unknown;
    const ask = () => fleet.exec(host, command).catch((error: unknown) => void (trouble = error));
    return until(`${host}: an answer`, 30_000, async () => (await ask()) ?? undefined, 200).catch((cause: unknown) => {
      throw trouble ?? cause;
    });
  };
  return { ...fleet, exec };
}

const serviceText = (service: string) => `[Unit]
Description=Stands for what a module runs (${service})
[Service]
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target
`;

/** Booted Debian hosts in a network namespace, shared by all lanes. */
export async function openRealHosts(): Promise<ChaosHosts> {
  const fleet = patient(await openFleet({ hosts: SPREAD_HOSTS }));
  const { knownHostsFile, sshKeyFile } = fleet;
  const everywhere = <T>(ask: (host: string) => Promise<T>) => Promise.all(SPREAD_HOSTS.map(ask));
  const inTurn = createTurn();
  return {
    reach: { inventoryFile: join(ROOT, 'inventory/servers.tsv'), knownHostsFile, sshKeyFile },
    troubles: [],
    async prepare(service) {
      const unit = `/etc/systemd/system/${service}.service`;
      const write = `cat >${unit} <<'END'\n${serviceText(service)}END\n`;
      const start = `systemctl daemon-reload && systemctl enable --quiet --now ${service}.service`;
      for (const host of SPREAD_HOSTS) {
        const { exitCode, stderr } = await fleet.exec(host, `${write}${start}`);
        if (exitCode !== 0) throw new Error(`${service} does not start on ${host}: ${stderr}`);
      }
    },
    async ledger(runId) {
      const lines = await everywhere(async (host) => {
        const { stdout } = await fleet.exec(host, `grep -F -e ' ${runId}.' ${LEDGER}`);
        return parseLedger(host, stdout);
      });
      return lines.flat();
    },
    async stopped(service) {
      // A host that another lane restarts starts its services only at the end.
      const states = await inTurn(() =>
        everywhere(async (host) => {
          const { stdout } = await fleet.exec(host, `systemctl is-active ${service}.service`);
          return stdout.trim() === 'active' ? [] : [host];
        }),
      );
      return states.flat();
    },
    async boots() {
      const ids = await everywhere(
        async (host) => (await fleet.exec(host, 'cat /proc/sys/kernel/random/boot_id')).stdout,
      );
      return new Map(SPREAD_HOSTS.map((host, index) => [host, ids[index]?.trim() ?? '']));
    },
    cut: (host, pids) => cut(fleet, host, pids),
    cutAt: (_moment, { host, pids }) => cut(fleet, host, pids),
    async silence(host, forMs) {
      await fleet.linkDown(host);
      await delay(forMs);
      await fleet.linkUp(host);
    },
    refuse: (host, forMs) => refuse(fleet, host, forMs),
    reboot: (host) => inTurn(() => fleet.reboot(host)),
    async letIn() {
      const answers = await everywhere((host) => fleet.ssh(host, 'true'));
      return answers.every(({ exitCode }) => exitCode === 0);
    },
    close: () => fleet.close(),
  };
}
