import { join } from 'node:path';

/** The directory of the fleet's own code and data. */
export const codeDir = import.meta.dirname;

/** Where one fleet keeps what. Two fleets with different names live on one machine without touching each other. */
export interface FleetSettings {
  /** Name of the fleet and of its network namespace. */
  readonly name: string;
  /** State of all fleets of this machine. */
  readonly stateRoot: string;
  /** State of this fleet: keys, and per host its overlay, console and process ids. */
  readonly dir: string;
  /** Images and package repositories, shared by all fleets and kept between runs. */
  readonly cacheDir: string;
  /** Debian mirror for the image; the security archive is `<mirror>-security`. */
  readonly mirror: string;
  /** Private key that every host's root accepts. */
  readonly sshKeyFile: string;
  /** OpenSSH known_hosts with the pinned key of every host, under its address. */
  readonly knownHostsFile: string;
}

/**
 * Settings from the environment: KEYBUZZ_FLEET_NAME (default keybuzz-fleet), KEYBUZZ_FLEET_CACHE
 * (default /var/cache/keybuzz-fleet), KEYBUZZ_FLEET_MIRROR (default Debian's).
 */
export function fleetSettings(environment: NodeJS.ProcessEnv = process.env): FleetSettings {
  const name = environment.KEYBUZZ_FLEET_NAME ?? 'keybuzz-fleet';
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name)) {
    throw new Error(`KEYBUZZ_FLEET_NAME '${name}' is no usable name: 1 to 31 of a-z, 0-9 and -, a letter first.`);
  }
  const stateRoot = '/var/lib/keybuzz-fleet';
  const dir = join(stateRoot, name);
  return {
    name,
    stateRoot,
    dir,
    cacheDir: environment.KEYBUZZ_FLEET_CACHE ?? '/var/cache/keybuzz-fleet',
    mirror: environment.KEYBUZZ_FLEET_MIRROR ?? 'http://deb.debian.org/debian',
    sshKeyFile: join(dir, 'ssh', 'id_ed25519'),
    knownHostsFile: join(dir, 'ssh', 'known_hosts'),
  };
}
