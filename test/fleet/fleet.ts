import {
  dropDisk,
  fillDisk,
  freeDisk,
  healSplits,
  killUnit,
  reviveUnit,
  setFrozen,
  setLink,
  splitBetween,
} from './faults.ts';
import { execInside, initPid, killHost, stopHost } from './host.ts';
import { chooseHosts, defaultHosts, type FleetHost } from './inventory.ts';
import { sshArgv } from './keys.ts';
import { areUp, bootHost, bringUp, removeHosts, resetHost, takeDown, type Progress } from './lifecycle.ts';
import { hasNamespace, inNamespace, refuseWayOut } from './network.ts';
import { run, until, type Outcome } from './process.ts';
import { fleetSettings } from './settings.ts';

/** What is wanted: which hosts (default: the redis module's five), and who is told of the progress. */
export interface OpenFleetOptions {
  readonly hosts?: readonly string[];
  /** Of the fleet; else what the environment says. */
  readonly name?: string;
  /** Refuses a fleet that is up already, and leaves nothing of one that does not come up. */
  readonly mustBeNew?: boolean;
  readonly progress?: Progress;
}

/** A running fleet in a test's hands. Every host is given by name; every change is done when its promise resolves. */
export interface Fleet {
  /** Name of the network namespace. */
  readonly netns: string;
  /** Private key that every host's root accepts. */
  readonly sshKeyFile: string;
  /** OpenSSH known_hosts with every host's pinned key under its address. */
  readonly knownHostsFile: string;
  readonly hosts: readonly FleetHost[];
  /** argv as started inside the namespace; a process that is already inside may start things plainly. */
  enterNetns(argv: readonly string[]): string[];
  /** Runs bash on the host as root past network and sshd: for assertions also while its link is down. */
  exec(host: string, command: string): Promise<Outcome>;
  /** Runs a command as root over SSH from inside the namespace, with the pinned key. */
  ssh(host: string, command: string): Promise<Outcome>;
  /** SIGKILL of the host's PID 1. Sockets close at once: for power loss cut the link first. The disk stays. */
  kill(host: string): Promise<void>;
  /** Orderly power-off. The disk stays. */
  stop(host: string): Promise<void>;
  /** Switches a host on again, on the disk it had, until systemd says `running`. */
  boot(host: string): Promise<void>;
  /** `systemctl reboot` in the host, until it is up again with another boot id. */
  reboot(host: string): Promise<void>;
  /** A fresh disk and a boot; the SSH host key stays. */
  reset(host: string): Promise<void>;
  linkDown(host: string): Promise<void>;
  linkUp(host: string): Promise<void>;
  freeze(host: string): Promise<void>;
  thaw(host: string): Promise<void>;
  /** Makes `path` a full disk of its own; see faults.ts. */
  fillDisk(host: string, path: string): Promise<void>;
  freeDisk(host: string, path: string): Promise<void>;
  dropDisk(host: string, path: string): Promise<void>;
  /** SIGKILL of a unit's processes; it stays down until {@link reviveUnit}. */
  killUnit(host: string, unit: string): Promise<void>;
  reviveUnit(host: string, unit: string): Promise<void>;
  /** Drops all packets between two hosts, until {@link heal}. */
  splitBetween(one: string, other: string): Promise<void>;
  heal(): Promise<void>;
  /** Undoes links cut, splits and freezes made through this handle, and takes down what opening it brought up. */
  close(): Promise<void>;
}

/** Attaches to the running fleet where it has the wanted hosts, else brings it (or the missing hosts) up. Needs root. */
export async function openFleet(options: OpenFleetOptions = {}): Promise<Fleet> {
  const { name, progress = () => undefined, mustBeNew = false } = options;
  const settings = fleetSettings(name === undefined ? process.env : { ...process.env, KEYBUZZ_FLEET_NAME: name });
  const hosts = chooseHosts({ hosts: options.hosts ?? defaultHosts });
  const wasThere = hasNamespace(settings.name);
  if (mustBeNew && wasThere) {
    const fix = `Remove what is left of it: KEYBUZZ_FLEET_NAME=${settings.name} npm run fleet -- down`;
    throw new Error(`The fleet ${settings.name} is up already: somebody uses it, or was killed. ${fix}`);
  }
  const missing = hosts.filter((host) => !areUp(settings, [host]));
  try {
    if (missing.length > 0) await bringUp(settings, missing, progress);
    await refuseWayOut(settings.name);
  } catch (error) {
    if (mustBeNew && process.getuid?.() === 0) await takeDown(settings, progress);
    throw error;
  }

  const undo = new Map<string, () => Promise<void>>();
  const named = (name: string): FleetHost => {
    const host = hosts.find((each) => each.name === name);
    if (host === undefined) throw new Error(`${name} was not asked for when this fleet was opened; add it to hosts.`);
    return host;
  };
  const link = (state: 'up' | 'down') => async (host: string) => {
    await setLink(settings, named(host).name, state);
    undo.set(`link ${host}`, () => setLink(settings, host, 'up'));
  };
  const freeze = (frozen: boolean) => async (host: string) => {
    await setFrozen(settings, named(host).name, frozen);
    if (frozen) undo.set(`freeze ${host}`, () => setFrozen(settings, host, false));
    else undo.delete(`freeze ${host}`);
  };
  const bootId = async (host: string) => {
    const pid = initPid(settings, host);
    if (pid === undefined) return undefined;
    const answer = await execInside(settings, host, 'cat /proc/sys/kernel/random/boot_id').catch(() => undefined);
    return answer?.exitCode === 0 ? answer.stdout.trim() : undefined;
  };
  return {
    netns: settings.name,
    sshKeyFile: settings.sshKeyFile,
    knownHostsFile: settings.knownHostsFile,
    hosts,
    enterNetns: (argv) => inNamespace(settings.name, argv),
    exec: (host, command) => execInside(settings, named(host).name, command),
    ssh: (host, command) => run(inNamespace(settings.name, sshArgv(settings, named(host), command))),
    kill: (host) => {
      undo.delete(`freeze ${host}`);
      return killHost(settings, named(host).name);
    },
    stop: (host) => stopHost(settings, named(host).name),
    boot: (host) => bootHost(settings, named(host)),
    reboot: async (host) => {
      const before = await bootId(named(host).name);
      await execInside(settings, host, 'systemctl reboot');
      await until(`${host}: another boot`, 60_000, async () => {
        const now = await bootId(host);
        return (now !== undefined && now !== before) || undefined;
      });
      await bootHost(settings, named(host));
    },
    reset: (host) => resetHost(settings, named(host)),
    linkDown: link('down'),
    linkUp: link('up'),
    freeze: freeze(true),
    thaw: freeze(false),
    fillDisk: (host, path) => fillDisk(settings, named(host).name, path),
    freeDisk: (host, path) => freeDisk(settings, named(host).name, path),
    dropDisk: (host, path) => dropDisk(settings, named(host).name, path),
    killUnit: (host, unit) => killUnit(settings, named(host).name, unit),
    reviveUnit: (host, unit) => reviveUnit(settings, named(host).name, unit),
    splitBetween: async (one, other) => {
      await splitBetween(settings, named(one).name, named(other).name);
      undo.set('split', () => healSplits(settings));
    },
    heal: () => healSplits(settings),
    close: async () => {
      for (const step of undo.values()) await step();
      undo.clear();
      if (!wasThere) await takeDown(settings, () => undefined);
      else await removeHosts(settings, missing);
    },
  };
}
