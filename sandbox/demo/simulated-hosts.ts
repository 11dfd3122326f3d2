import { BASE_DEPLOYED } from '../fleet/base.ts';
import { startFleet, type Fleet } from '../fleet/index.ts';
import { killMaster } from '../fleet/redis-moves.ts';
import type { SimulatedHost } from '../fleet/world.ts';
import { SandboxError } from '../slack/index.ts';
import type { FaultSpec } from '../web/faults.ts';
import { HOST_FAULTS, VICTIM } from './host-faults.ts';
import type { HostMaker } from './hosts.ts';
import { loopbackInventory } from './site.ts';

/** So many times as long as usual. */
const SLOW = 6;

function faultsOf(fleet: Fleet): FaultSpec[] {
  const victim = (): SimulatedHost => {
    const host = fleet.world.get(VICTIM);
    if (host === undefined) throw new SandboxError('no_host', `${VICTIM} is not in the inventory.`);
    return host;
  };
  const group = 'Simulated fleet';
  return [
    {
      ...{ ...HOST_FAULTS.killMaster, group },
      make: () => {
        const killed = killMaster(fleet.world);
        if (killed === undefined) throw new SandboxError('no_master', 'There is no master yet: deploy redis first.');
        return () => void (killed.isKilled = false);
      },
    },
    { ...{ ...HOST_FAULTS.cutOff, group }, make: () => fleet.lines.get(VICTIM)?.silence() },
    {
      ...{ ...HOST_FAULTS.fillDisk, group },
      make: () => {
        victim().isDiskFull = true;
        return () => void (victim().isDiskFull = false);
      },
    },
    {
      ...{ id: 'lock-out', group, kind: 'switch', label: `Let base lock everybody out of ${VICTIM}` },
      hint: 'Deploy base: the host takes sshd and firewall back by itself, and the run says so. Take this back and resume.',
      make: () => {
        victim().deployed.clear();
        victim().isLockedOut = true;
        return () => void (victim().isLockedOut = false);
      },
    },
    {
      ...{ id: 'bare', group, kind: 'push', label: `Take ${VICTIM} back to its image` },
      hint: 'Nothing is on it any more: deploy redis is refused until base is valid there. Try deploy all, and validate.',
      make: () => {
        victim().deployed.clear();
        return undefined;
      },
    },
    {
      ...{ id: 'slow', group, kind: 'switch', label: 'Slow every host' },
      hint: 'Time enough to watch a deploy, to cancel it, or to stop the worker in its middle.',
      make: () => {
        for (const host of fleet.world.values()) host.pace *= SLOW;
        return () => {
          for (const host of fleet.world.values()) host.pace /= SLOW;
        };
      },
    },
  ];
}

/** All 52 hosts of the platform, simulated. */
export function simulatedHosts(): HostMaker {
  return {
    title: 'Slack is a local workspace and the hosts are a SIMULATED FLEET: real SSH, nothing behind it.',
    inventory: loopbackInventory(),
    async open({ hosts, publicKey }) {
      const fleet = await startFleet({ hosts, authorizedKey: publicKey });
      return {
        label: 'Simulated fleet and a local workspace: bot, worker and Redis are the real ones',
        knownHosts: fleet.knownHosts,
        port: fleet.port,
        network: undefined,
        faults: faultsOf(fleet),
        forget: () => {
          for (const host of fleet.world.values()) host.deployed = new Set(BASE_DEPLOYED);
        },
        onPower: fleet.power.touch,
        close: fleet.close,
      };
    },
  };
}
