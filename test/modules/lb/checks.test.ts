import { afterAll, beforeAll, describe } from '@jest/globals';
import { openHetzner } from '../../../src/hetzner/index.ts';
import { HETZNER, type DesiredBalancer } from '../../../src/modules/cloud.ts';
import type { HostAnswer } from '../../../src/modules/contract.ts';
import { assessLb } from '../../../src/modules/lb/assess.ts';
import { lb } from '../../../src/modules/lb/index.ts';
import { Secret } from '../../../src/secret.ts';
import { describeFaults } from '../../fleet/injected.ts';
import { desire, inventory, startProject, until, type TestProject } from '../../hetzner/project.ts';
import { faultsOf, type Surroundings } from './faults.ts';

const NOTE = `Not on hosts: the faults were made in \`sandbox/hetzner\`, a stand-in for Hetzner's API. What requests through a load balancer and
the resolver hear follows from what it holds.`;

describe('which fault in the project turns which check', () => {
  let project: TestProject;
  let at: Surroundings;

  beforeAll(async () => {
    project = await startProject();
    await project.deploy();
    // A project tells nothing of a target's health at first: faults are told from what it says once it knows.
    await until(async () => (await project.check('healthy')).startsWith('pass'), 'every target known to be healthy');
    at = { project: project.sandbox, odd: new Map(), token: project.sandbox.token };
  });

  afterAll(async () => {
    await project.sandbox.close();
  });

  /** What a request hears: the load balancer at that address answers when one of its targets does. */
  function heardOn({ name, address }: DesiredBalancer, port: number): string {
    const { world } = project.sandbox;
    const there = [...world.balancers.values()].find(({ network }) => network?.ip === address);
    if (there === undefined) return 'silent';
    if (!there.services.some(({ listen_port: listened }) => listened === port)) return 'refused';
    const servers = there.targets.map(({ serverId = 0 }) => world.servers.get(serverId));
    const isServed = servers.some((server) => server !== undefined && !server.silent.has(port));
    return at.odd.get(`${name}.${port}`) ?? (isServed ? 'answers' : 'silent');
  }

  function orchestrator(): HostAnswer {
    const ports = desire.balancers.flatMap((balancer) =>
      balancer.services.map(({ listenPort: port }) => [`request.${balancer.name}.${port}`, heardOn(balancer, port)]),
    );
    const zones = [...project.sandbox.world.zones.values()];
    const names = zones.flatMap(({ name: zone, rrsets }) =>
      rrsets.map(({ name, records }) => [`dns.${name}.${zone}`, records.map(({ value }) => value).join(',')]),
    );
    const facts = Object.fromEntries([...ports, ...names]) as Record<string, string>;
    return { host: 'install-01', outcome: 'ok', facts, checks: [], reason: '' };
  }

  async function hetzner(): Promise<HostAnswer> {
    const client = openHetzner({ ...project.settings, token: new Secret('HCLOUD_TOKEN', at.token) });
    const common = { host: HETZNER, facts: {} };
    try {
      const checks = await client.ask(desire, new AbortController().signal);
      return { ...common, outcome: 'ok', checks, reason: '' };
    } catch (error) {
      return { ...common, outcome: 'unknown', checks: [], reason: String(error) };
    }
  }

  describeFaults({
    ...{ module: lb, faults: faultsOf(() => at), fixtures: [], note: NOTE, writer: 'test/modules/lb/checks.test.ts' },
    ...{ patienceMs: 10_000, askAgainMs: 20 },
    open: () => ({ ask: async () => assessLb(inventory, [orchestrator(), await hetzner()]) }),
  });
});
