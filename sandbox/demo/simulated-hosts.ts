import { openCredentials } from '../../src/jobs/credentials.ts';
import { rabbitmq } from '../../src/modules/rabbitmq/index.ts';
import { BASE_DEPLOYED } from '../fleet/base.ts';
import { startFleet, type Fleet } from '../fleet/index.ts';
import { RABBITMQ_SCRIPTS } from '../fleet/rabbitmq.ts';
import { killMaster } from '../fleet/redis-moves.ts';
import type { SimulatedHost, World } from '../fleet/world.ts';
import { SandboxError } from '../slack/index.ts';
import type { FaultSpec } from '../web/faults.ts';
import { HOST_FAULTS, VICTIM } from './host-faults.ts';
import type { HostMaker } from './hosts.ts';
import { loopbackInventory } from './site.ts';

/** So many times as long as usual. */
const SLOW = 6;

/** The node of RabbitMQ whose end the monitor is to see. */
const BROKER = 'queue-02';

function faultsOf(fleet: Fleet): FaultSpec[] {
  const named = (name: string): SimulatedHost => {
    const host = fleet.world.get(name);
    if (host === undefined) throw new SandboxError('no_host', `${name} is not in the inventory.`);
    return host;
  };
  const victim = () => named(VICTIM);
  const group = 'Simulated fleet';
  return [
    {
      ...{ id: 'kill-broker', group, kind: 'switch', label: `Kill RabbitMQ on ${BROKER}` },
      hint: 'Nobody asks for it: the monitor sees it, and #ops has one alert. What it proposes as a fix starts it again.',
      make: () => {
        named(BROKER).isKilled = true;
        return () => void (named(BROKER).isKilled = false);
      },
    },
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

/** What stands before anybody deploys, and so may alert. */
const MONITORED = ['inventory', 'base', rabbitmq.name];

/** What is there before anybody deploys: base, and RabbitMQ, by its own deploy without its pauses. */
function standBefore(world: World): void {
  for (const host of world.values()) host.deployed = new Set(BASE_DEPLOYED);
  const steps = rabbitmq.plan({ verb: 'deploy', inventory: loopbackInventory() }, () => '');
  for (const { script, work } of steps.filter((step) => step.kind === 'script')) {
    for (const { host: name, args } of work) {
      const host = world.get(name);
      if (host !== undefined) RABBITMQ_SCRIPTS[script]?.({ world, host, script, mode: 'apply', args }).then?.();
    }
  }
}

/** All 52 hosts of the platform, simulated. */
export function simulatedHosts(): HostMaker {
  return {
    title: 'Slack is a local workspace and the hosts are a SIMULATED FLEET: real SSH, nothing behind it.',
    inventory: loopbackInventory(),
    async open({ hosts, publicKey, credentialsDirectory }) {
      const fleet = await startFleet({ hosts, authorizedKey: publicKey });
      await openCredentials(credentialsDirectory).load(rabbitmq.name, rabbitmq.credentials, true);
      standBefore(fleet.world);
      return {
        label: 'Simulated fleet and workspace: bot, worker and Redis are real',
        knownHosts: fleet.knownHosts,
        port: fleet.port,
        network: undefined,
        faults: faultsOf(fleet),
        monitored: MONITORED,
        forget: () => standBefore(fleet.world),
        onPower: fleet.power.touch,
        close: fleet.close,
      };
    },
  };
}
