import type { Fleet } from '../fleet/fleet.ts';

/**
 * Only unpacked: the interpreter is all that Ansible needs of it, and configuring it on 52 hosts would take minutes. The
 * set `bench` of test/fleet/packages.txt has it in the hosts' repository.
 */
const UNPACK = `
command -v python3 >/dev/null && exit 0
set -euo pipefail
apt-get -q update >/dev/null
apt-get -qq -y --print-uris install python3 | sed -n "s/%2b/+/g; s/^'file:\\([^']*\\)'.*/\\1/p" |
  while read -r deb; do dpkg-deb --extract "$deb" /; done
python3 -c 'import json'
`;

/** Gives every host a Python, which Ansible's modules need and nothing of ours does. */
export async function givePython(fleet: Fleet): Promise<void> {
  await Promise.all(
    fleet.hosts.map(async ({ name }) => {
      const { exitCode, stdout, stderr } = await fleet.exec(name, UNPACK);
      if (exitCode !== 0) throw new Error(`No Python on ${name}: ${(stderr + stdout).slice(-1000)}`);
    }),
  );
}
