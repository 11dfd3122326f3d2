import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  startHetznerSandbox,
  type HetznerSandbox,
  type HetznerSandboxOptions,
} from '../../../sandbox/hetzner/index.ts';
import { selects } from '../../../sandbox/hetzner/lists.ts';
import { startProject, until } from '../../hetzner/project.ts';

let sandbox: HetznerSandbox;

afterEach(async () => {
  await sandbox.close();
});

const SERVERS = [
  { name: 'a', privateIp: '10.0.0.50', publicIp: '203.0.113.1', labels: { role: 'web' } },
  { name: 'b', privateIp: '10.0.0.51', labels: { role: 'db' } },
];

async function open(options: Partial<HetznerSandboxOptions> = {}): Promise<void> {
  sandbox = await startHetznerSandbox({ servers: SERVERS, actionMs: 30, healthMs: 5, ...options });
}

interface Said {
  status: number;
  headers: Headers;
  body: Record<string, Record<string, unknown>> & { error?: { code: string; details: unknown } };
}

async function ask(method: string, path: string, body?: unknown, token = sandbox.token): Promise<Said> {
  const response = await fetch(`${sandbox.endpoint}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Said['body'],
  };
}

const codeOf = ({ status, body }: Said) => `${status} ${body.error?.code ?? ''}`;

async function over(said: Said): Promise<void> {
  const deadlineMs = Date.now() + 5_000;
  for (;;) {
    const { body } = await ask('GET', `/actions/${String(said.body.action?.id)}`);
    if (body.action?.status !== 'running') return;
    if (Date.now() > deadlineMs) throw new Error('the action does not end');
  }
}

const CREATE = { name: 'x', load_balancer_type: 'lb11', network_zone: 'eu-central', public_interface: false };
const SERVICE = {
  ...{ protocol: 'tcp', listen_port: 80, destination_port: 80, proxyprotocol: false },
  health_check: { protocol: 'tcp', port: 80, interval: 3, timeout: 2, retries: 3 },
};

async function made(): Promise<string> {
  const said = await ask('POST', '/load_balancers', CREATE);
  await over(said);
  return `/load_balancers/${String(said.body.load_balancer?.id)}`;
}

describe("the stand-in for Hetzner's API", () => {
  it('refuses a wrong token, a write with a token that may only read, an unknown path and bad JSON', async () => {
    await open();
    expect(codeOf(await ask('GET', '/servers', undefined, 'wrong'))).toBe('401 unauthorized');
    expect(codeOf(await ask('POST', '/load_balancers', CREATE, sandbox.readOnlyToken))).toBe('401 token_readonly');
    expect(codeOf(await ask('GET', '/nothing'))).toBe('404 not_found');
    expect(codeOf(await ask('POST', '/load_balancers', '{'))).toBe('400 json_error');
    const invalid = await ask('POST', '/load_balancers', { ...CREATE, name: 7 });
    expect(codeOf(invalid)).toBe('422 invalid_input');
    expect(invalid.body.error?.details).toMatchObject({ fields: [{ name: 'name' }] });
    expect(codeOf(await ask('GET', '/actions'))).toBe('410 deprecated_api_endpoint');
  });

  it('does what was asked only when the action ends, and locks until then', async () => {
    await open({ actionMs: 400 });
    const path = await made();
    const said = await ask('POST', `${path}/actions/add_service`, SERVICE);
    expect(said).toMatchObject({ status: 201, body: { action: { status: 'running', finished: null } } });
    expect((await ask('GET', path)).body.load_balancer?.services).toEqual([]);
    expect(codeOf(await ask('POST', `${path}/actions/change_algorithm`, { type: 'round_robin' }))).toBe('423 locked');
    await over(said);
    expect((await ask('GET', path)).body.load_balancer?.services).toHaveLength(1);
    expect(codeOf(await ask('POST', `${path}/actions/add_service`, SERVICE))).toBe('412 source_port_already_used');
  });

  it('knows no name twice, and no address that somebody has or the network lacks', async () => {
    await open();
    const path = await made();
    expect(codeOf(await ask('POST', '/load_balancers', CREATE))).toBe('409 uniqueness_error');
    for (const ip of ['10.0.0.50', '10.0.0.1', '192.168.0.9']) {
      const said = await ask('POST', `${path}/actions/attach_to_network`, { network: sandbox.networkId, ip });
      expect(codeOf(said)).toBe('422 ip_not_available');
    }
    await over(await ask('POST', `${path}/actions/attach_to_network`, { network: sandbox.networkId, ip: '10.0.0.9' }));
    expect((await ask('GET', path)).body.load_balancer?.private_net).toMatchObject([{ ip: '10.0.0.9' }]);
  });

  it('takes private targets in its network alone, none twice, and loses them with the network', async () => {
    await open();
    const path = await made();
    const target = { type: 'server', server: { id: sandbox.server('a').id }, use_private_ip: true };
    expect(codeOf(await ask('POST', `${path}/actions/add_target`, target))).toBe(
      '422 load_balancer_not_attached_to_network',
    );
    const network = { network: sandbox.networkId };
    await over(await ask('POST', `${path}/actions/attach_to_network`, network));
    await over(await ask('POST', `${path}/actions/add_target`, target));
    expect(codeOf(await ask('POST', `${path}/actions/add_target`, target))).toBe('422 target_already_defined');
    await over(await ask('POST', `${path}/actions/detach_from_network`, network));
    expect((await ask('GET', path)).body.load_balancer?.targets).toEqual([]);
  });

  it('has as much room as the type', async () => {
    await open({ actionMs: 0 });
    const path = await made();
    for (const port of [1, 2, 3, 4, 5]) {
      await over(await ask('POST', `${path}/actions/add_service`, { ...SERVICE, listen_port: port }));
    }
    expect(codeOf(await ask('POST', `${path}/actions/add_service`, SERVICE))).toBe('403 resource_limit_exceeded');
  });

  it('pages, filters by name and label, and counts requests', async () => {
    await open({ limit: 12 });
    const first = await ask('GET', '/servers?per_page=1');
    expect(first.body.meta?.pagination).toMatchObject({ page: 1, next_page: 2, last_page: 2, total_entries: 2 });
    expect(first.body.servers).toMatchObject([{ name: 'a' }]);
    expect(JSON.stringify(first.body.servers)).not.toContain('datacenter');
    const labelled = await ask('GET', `/servers?label_selector=${encodeURIComponent('role in (db,x)')}`);
    expect(labelled.body.servers).toMatchObject([{ name: 'b', public_net: { ipv4: null } }]);
    expect((await ask('GET', '/servers?name=a')).body.servers).toHaveLength(1);
    expect(labelled.headers.get('ratelimit-limit')).toBe('12');
    expect(labelled.headers.get('ratelimit-remaining')).toBe('10');
    let said = labelled;
    for (let count = 0; count < 12; count += 1) said = await ask('GET', '/servers');
    expect(codeOf(said)).toBe('429 rate_limit_exceeded');
    expect(said.headers.get('x-correlation-id')).toMatch(/^\w{32}$/);
  });

  it('calls a target healthy when something listens there, and unhealthy when it stops', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await open({ actionMs: 0, backend: (name) => (name === 'a' ? { host: '127.0.0.1', port } : undefined) });
    const path = await made();
    await over(await ask('POST', `${path}/actions/add_service`, SERVICE));
    await over(await ask('POST', `${path}/actions/attach_to_network`, { network: sandbox.networkId }));
    const target = { type: 'server', server: { id: sandbox.server('a').id }, use_private_ip: true };
    await over(await ask('POST', `${path}/actions/add_target`, target));
    const reached = async (status: string) => {
      const deadlineMs = Date.now() + 5_000;
      for (;;) {
        const { body } = await ask('GET', path);
        if (JSON.stringify(body.load_balancer?.targets).includes(`"${status}"`)) return;
        if (Date.now() > deadlineMs) throw new Error(`never ${status}`);
      }
    };
    await reached('healthy');
    await new Promise((resolve) => server.close(resolve));
    await reached('unhealthy');
  });
});

describe('a port that falls silent', () => {
  it('is believed to answer for as long as the checks take, and no other port of the server is doubted', async () => {
    const project = await startProject({ healthMs: 10 });
    sandbox = project.sandbox;
    await project.deploy();
    await until(async () => (await project.check('healthy')).startsWith('pass'), 'all are healthy');
    const { world } = sandbox;
    const at = Date.now();
    world.nowMs = () => at;
    sandbox.silence('haproxy-02', [5672]);
    expect(await project.check('healthy')).toMatch(/^pass/);
    world.nowMs = () => at + 10;
    expect(await project.check('healthy')).toMatch(/^fail: .*5672/);
    expect(await project.check('healthy')).not.toMatch(/5432|5433|6432|6379/);
  });
});

describe('label selectors', () => {
  it('mean what the API says they mean', async () => {
    await open();
    const labels = { role: 'web', env: '' };
    const means = (selector: string) => selects(selector, labels);
    expect(
      ['role=web', 'role==web', 'role!=db', 'role', '!x', 'role in (db,web)', 'role notin (a)'].map(means),
    ).toEqual(Array.from({ length: 7 }, () => true));
    expect(['role=db', 'role!=web', 'x', '!role', 'role in (db)', 'role=web,x'].map(means)).toEqual(
      Array.from({ length: 6 }, () => false),
    );
    expect(() => means('role in')).toThrow('invalid label selector');
  });
});
