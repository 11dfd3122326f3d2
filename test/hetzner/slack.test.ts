import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createSite } from '../../sandbox/demo/site.ts';
import { startFleet, type Fleet } from '../../sandbox/fleet/index.ts';
import { startHetznerSandbox, type HetznerSandbox } from '../../sandbox/hetzner/index.ts';
import { startSlackSandbox, type Message, type SlackSandbox } from '../../sandbox/slack/index.ts';
import { startBot } from '../../src/bot/app.ts';
import { SLACK_LIMITS } from '../../src/bot/budget.ts';
import { createExecute } from '../../src/commands/index.ts';
import { parsePolicy } from '../../src/commands/policy-schema.ts';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { loadInventory } from '../../src/inventory.ts';
import { openEngine, startWorker, type Closer, type StartedWorker } from '../../src/jobs/index.ts';
import { assembleScript, MODULES } from '../../src/modules/index.ts';
import { Secret } from '../../src/secret.ts';
import { isOver, readable } from '../helpers/deployment.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';

const POLICY = `
people:
  olga: { name: Olga Operator, slack: [U0OPERATOR] }
  anne: { name: Anne Approver, slack: [U0APPROVER] }
  aldo: { name: Aldo Approver, slack: [U0APPROVER2] }
rules: [{ who: [everyone], verbs: ['*'] }]
approvals:
  disruptive: { approvals: 1, by: [everyone] }
  destructive: { approvals: 2, by: [everyone] }
`;

const site = createSite();
const inventory = loadInventory(site.inventoryFile);
const known = { modules: MODULES.map(({ name }) => name), hosts: inventory.hosts.map(({ name }) => name) };
const policy = parsePolicy(POLICY, 'policy.yaml', known);
const parts = { sweepMs: 200, warn: () => undefined };
const hashOf = (script: string) => assembleScript(script).hash;

let redis: PrivateRedis;
let fleet: Fleet;
let slack: SlackSandbox;
let hetzner: HetznerSandbox;
let prefix: string;
let startOne: (token?: string) => Promise<StartedWorker>;
const closers: Closer[] = [];

beforeAll(async () => {
  redis = await startRedis();
  // The orchestrator alone is asked: it says that every port answered, as nothing here carries requests.
  const hosts = site.hosts.filter(({ name }) => name === 'install-01' || name.startsWith('minio'));
  fleet = await startFleet({ hosts, authorizedKey: site.publicKey });
  site.pinHosts(fleet.knownHosts);
});

afterAll(async () => {
  await fleet.close();
  await redis.stop();
  site.remove();
});

beforeEach(async () => {
  prefix = freshPrefix();
  const endpoint = parseRedisUrl(redis.url);
  const servers = inventory.hosts.map(({ name, privateIp }) => ({ name, privateIp }));
  hetzner = await startHetznerSandbox({ servers, zones: ['keybuzz.io'], actionMs: 5, healthMs: 20 });
  closers.push(() => hetzner.close());
  slack = await startSlackSandbox();
  closers.push(() => slack.close());
  const engine = openEngine({ endpoint, prefix, ...parts });
  closers.push(() => engine.close());
  startOne = async (token = hetzner.token) => {
    const worker = await startWorker({
      ...{ endpoint, prefix, inventory, modules: MODULES, assemble: assembleScript, ...parts },
      ssh: { keyFile: site.keyFile, agentSocket: undefined, port: fleet.port },
      ...{ knownHostsFile: site.knownHostsFile, credentialsDirectory: site.credentialsDirectory },
      hcloud: {
        token: token === '' ? undefined : new Secret('HCLOUD_TOKEN', token),
        endpoint: hetzner.endpoint,
        pace: { retryMs: 10, pollMs: 10, patienceMs: 20_000 },
      },
      ...{ leaseMs: 1000, unreachableMs: 5000 },
    });
    closers.push(() => worker.close());
    return worker;
  };
  const stop = await startBot({
    config: {
      opsChannel: 'C0OPS',
      slack: {
        botToken: new Secret('SLACK_BOT_TOKEN', slack.botToken),
        apiUrl: slack.apiUrl,
        door: { kind: 'socket', appToken: new Secret('SLACK_APP_TOKEN', slack.appToken) },
      },
    },
    engine,
    execute: createExecute({ engine, inventory, policy: () => policy, modules: MODULES, hashOf }),
    logger: pino({ level: 'silent' }),
    limits: { ...SLACK_LIMITS, postSpacingMs: 1, editSpacingMs: 1 },
  });
  closers.push(stop);
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const newest = (root: Message) => slack.messages('#ops').find(({ ts }) => ts === root.ts) ?? root;

/** Types it, and gives the run's message once `holds`. */
async function ask(text: string, holds: (text: string) => boolean = isOver): Promise<Message> {
  const before = new Set(slack.messages('#ops').map(({ ts }) => ts));
  await slack.person('operator').command('#ops', '/keybuzz', text);
  const root = await slack.waitFor(
    () => slack.messages('#ops').find(({ ts, bot_id }) => !before.has(ts) && bot_id !== undefined),
    20_000,
    `the message of ${text}`,
  );
  return reached(root, holds);
}

async function reached(root: Message, holds: (text: string) => boolean): Promise<Message> {
  return slack
    .waitFor(() => (holds(readable(newest(root))) ? newest(root) : undefined), 40_000, holds.toString())
    .catch((error: unknown) => {
      throw new Error(`${String(error)}: ${readable(newest(root))}`);
    });
}

const asks = (text: string) => text.includes('keybuzz_approve');

async function approve(root: Message, ...people: string[]): Promise<Message> {
  for (const person of people) {
    await reached(root, asks);
    await slack.person(person).click(newest(root), 'keybuzz_approve');
  }
  return reached(root, isOver);
}

/** The run's thread, once somebody can read all of this in it. */
async function thread(root: Message, ...parts: (string | RegExp)[]): Promise<void> {
  const text = () => slack.thread('#ops', root.ts).map(readable).join('\n');
  const hasAll = () => parts.every((part) => (typeof part === 'string' ? text().includes(part) : part.test(text())));
  await slack
    .waitFor(() => (hasAll() ? true : undefined), 20_000, 'the thread')
    .catch((error: unknown) => {
      throw new Error(`${String(error)}: ${text()}`);
    });
}

describe('/keybuzz deploy lb', () => {
  it('ends with four load balancers after one approval; again it has nothing to do, and drift is named and repaired', async () => {
    const first = await startOne();
    const deploy = await ask('deploy lb', asks);
    expect(readable(deploy)).toContain('5 hosts');
    await slack.person('approver').click(deploy, 'keybuzz_approve');
    // A worker that stops in the middle hands over to the next one.
    await slack.waitFor(() => hetzner.balancer('lb-keybuzz-1')?.network, 20_000, 'it is under way');
    await first.close();
    await startOne();
    expect(readable(await reached(deploy, isOver))).toContain('Done');
    const made = [...hetzner.world.balancers.values()].map(({ name, network, isPublic, services, targets }) => {
      return { name, ip: network?.ip, isPublic, services: services.length, targets: targets.length };
    });
    expect(made.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: 'lb-haproxy', ip: '10.0.0.10', isPublic: false, services: 5, targets: 2 },
      { name: 'lb-keybuzz-1', ip: '10.0.0.5', isPublic: true, services: 2, targets: 5 },
      { name: 'lb-keybuzz-2', ip: '10.0.0.6', isPublic: true, services: 2, targets: 5 },
      { name: 'lb-mariadb', ip: '10.0.0.20', isPublic: false, services: 1, targets: 2 },
    ]);

    const posts = () => hetzner.exchanges.filter(({ method }) => method !== 'GET').length;
    const before = posts();
    expect(readable(await ask('deploy lb'))).toContain('Nothing to change');
    expect(posts()).toBe(before);

    const haproxy = hetzner.balancer('lb-haproxy');
    haproxy?.targets.pop();
    haproxy?.services.push({ ...haproxy.services[0], listen_port: 9999, sinceMs: 0 } as never);
    const planned = await ask('plan lb');
    await thread(planned, /lb-haproxy.*target.*haproxy-02/, 'not ours, left alone');
    expect(posts()).toBe(before);
    await thread(await ask('status lb'), 'lb-haproxy needs target haproxy-02', 'lb-haproxy also has service tcp 9999');
    await approve(await ask('deploy lb', asks), 'approver');
    expect(hetzner.balancer('lb-haproxy')).toMatchObject({ targets: [{}, {}] });
    expect(haproxy?.services).toHaveLength(6);
    await approve(await ask('deploy lb --prune', asks), 'approver', 'approver2');
    expect(haproxy?.services).toHaveLength(5);
  });

  it('does not touch what somebody changed after the approval, and asks anew when it is resumed', async () => {
    await startOne();
    await approve(await ask('deploy lb', asks), 'approver');
    const mariadb = hetzner.balancer('lb-mariadb');
    mariadb?.targets.pop();
    const deploy = await ask('deploy lb', asks);
    // As the worker sends what was approved, somebody else changes the same load balancer.
    hetzner.disturb(({ path }) => {
      if (path.endsWith('add_target') && mariadb !== undefined) mariadb.algorithm = 'round_robin';
      return undefined;
    });
    await slack.person('approver').click(deploy, 'keybuzz_approve');
    await reached(deploy, (text) => text.includes('keybuzz_resume'));
    expect(readable(newest(deploy))).toContain('not as it was when this was approved');
    expect(mariadb).toMatchObject({ algorithm: 'round_robin', targets: [{}, {}] });
    await slack.person('operator').click(newest(deploy), 'keybuzz_resume');
    expect(readable(await approve(deploy, 'approver2'))).toContain('Done');
    expect(mariadb).toMatchObject({ algorithm: 'least_connections' });
  });

  it('says what to set when the worker has no token', async () => {
    await startOne('');
    const root = await ask('plan lb');
    expect(readable(root)).toContain('HCLOUD_TOKEN');
    await thread(await ask('status lb'), 'no token of the Hetzner Cloud project');
  });

  it('stops before its first change, and names who has the address', async () => {
    hetzner.server('install-01').privateNet.push({ network: hetzner.networkId, ip: '10.0.0.20', aliasIps: [] });
    await startOne();
    const root = await ask('plan lb');
    expect(readable(root)).toContain('10.0.0.20 is held by the server install-01');
    expect(hetzner.exchanges.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});

describe('/keybuzz failover lb', () => {
  it('takes a target out of each private load balancer, and puts it back until it is healthy', async () => {
    await startOne();
    await approve(await ask('deploy lb', asks), 'approver');
    const asked = hetzner.exchanges.length;
    const moved = await approve(await ask('failover lb', asks), 'approver');
    expect(readable(moved)).toContain('Done');
    const paths = hetzner.exchanges.slice(asked).filter(({ method }) => method === 'POST');
    expect(paths.map(({ path }) => path.split('/').at(-1)).sort()).toEqual([
      ...['add_target', 'add_target', 'remove_target', 'remove_target'],
    ]);
    expect(hetzner.balancer('lb-haproxy')?.targets).toHaveLength(2);
  });
});
