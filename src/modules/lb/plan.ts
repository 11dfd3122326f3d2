import type { Inventory } from '../../inventory.ts';
import type { CloudWork, DesiredBalancer } from '../cloud.ts';
import type { HetznerStep, PlanRequest, Probe, Step } from '../contract.ts';
import { namesStep, recordsOf } from '../names.ts';
import { checksStep, findWitness } from '../steps.ts';
import { DEPLOYED, SERVING } from './checks.ts';
import { BALANCERS, balancersOf, namedHosts } from './settings.ts';

/** A new target is healthy after three checks of 3 s; Hetzner's own work comes before it. */
const HEALTHY_SECONDS = 180;

/** How long a load balancer may stand still while it is worked on. */
const STILL_SECONDS = 300;

function hetznerStep(step: Pick<HetznerStep, 'id' | 'title' | 'impact' | 'work'> & Partial<HetznerStep>): HetznerStep {
  return { kind: 'hetzner', timeoutSeconds: STILL_SECONDS, ...step };
}

function deploySteps(inventory: Inventory, prune: boolean): Step[] {
  const work = balancersOf(inventory).map((balancer): CloudWork => ({ do: 'reconcile', balancer, prune }));
  return [
    hetznerStep({
      id: prune ? 'balancers-prune' : 'balancers',
      title: prune
        ? 'Make the load balancers as they are to be, and take away what is not ours'
        : 'Make the load balancers as they are to be',
      impact: prune ? 'destructive' : 'disruptive',
      work,
    }),
    namesStep(namedHosts(inventory)),
    checksStep('verify', 'Ask Hetzner until every target is healthy on every port', DEPLOYED, HEALTHY_SECONDS),
  ];
}

/** The private load balancers, which have two targets each: the first of them goes and comes back. */
function moveSteps(inventory: Inventory): Step[] {
  const moved = balancersOf(inventory).filter(({ isPublic }) => !isPublic);
  const work = (kind: 'drain' | 'restore') =>
    moved.map((balancer: DesiredBalancer): CloudWork => ({
      do: kind,
      balancer,
      target: balancer.targets[0]?.host ?? '',
    }));
  return [
    checksStep('before', 'Ask whether every target is healthy and every port answers', SERVING, 0),
    hetznerStep({
      id: 'drain',
      title: 'Take one target out of each private load balancer',
      impact: 'disruptive',
      work: work('drain'),
    }),
    checksStep('alone', 'Ask every port while the others serve alone', ['requests'], 30),
    hetznerStep({
      id: 'return',
      title: 'Put the targets back, until every port is healthy',
      impact: 'disruptive',
      work: work('restore'),
      timeoutSeconds: HEALTHY_SECONDS,
      always: true,
    }),
    checksStep('after', 'Ask until all is as before', SERVING, HEALTHY_SECONDS),
  ];
}

/** The steps of a verb. Throws ConfigError when hosts are missing. */
export function planLb({ verb, inventory, prune = false }: PlanRequest): Step[] {
  switch (verb) {
    case 'deploy':
      return deploySteps(inventory, prune);
    case 'failover':
      return moveSteps(inventory);
    case 'test':
      return [checksStep('requests', 'Ask every port in its own protocol', ['requests'], 0)];
    default:
      return [checksStep('checks', 'Ask every check', [], 0)];
  }
}

/** The orchestrator asks every port of every load balancer, and its resolver for the names. */
export function probesOf(inventory: Inventory): Probe[] {
  const balancers = balancersOf(inventory);
  const ports = BALANCERS.flatMap(({ name, services }) =>
    services.map(({ port, speech }) => {
      const address = balancers.find((one) => one.name === name)?.address ?? '';
      return `port=${name},${address},${port},${speech}`;
    }),
  );
  const names = recordsOf(namedHosts(inventory)).map(({ name, zone }) => `name=${name}.${zone}`);
  const host = findWitness('lb', inventory).name;
  return [{ host, script: 'lb/status-host.sh', args: [...ports, ...names], secrets: [], timeoutSeconds: 30 }];
}
