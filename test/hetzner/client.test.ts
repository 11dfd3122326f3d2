import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { leftOf, readBudget, waitMsOf } from '../../src/hetzner/budget.ts';
import { openTalk } from '../../src/hetzner/client.ts';
import { HetznerError, openHetzner } from '../../src/hetzner/index.ts';
import { ServerAnswer } from '../../src/hetzner/schemas.ts';
import { Secret } from '../../src/secret.ts';
import { desire, reconcileOf, startProject, type TestProject } from './project.ts';

let project: TestProject;

afterEach(async () => {
  await project.sandbox.close();
});

const NEVER = new AbortController().signal;
const posts = () => project.sandbox.exchanges.filter(({ method }) => method === 'POST');

async function refusalOf(doing: Promise<unknown>): Promise<HetznerError> {
  const error: unknown = await doing.then(
    () => undefined,
    (one: unknown) => one,
  );
  if (error instanceof HetznerError) return error;
  throw new Error(`no refusal of Hetzner: ${inspect(error)}`);
}

describe("Hetzner's client", () => {
  it('reads more servers than stand on one page, though they have no datacenter and some no public address', async () => {
    project = await startProject();
    const talk = openTalk(project.settings, { budget: undefined }, NEVER);
    expect(await talk.list('/servers', 'servers', ServerAnswer)).toHaveLength(project.sandbox.world.servers.size);
    expect(project.sandbox.world.servers.size).toBeGreaterThan(50);
  });

  it('gives errors a status, a code and a correlation id, and no token anywhere', async () => {
    project = await startProject();
    const secret = 'hcloud-wrong-token-0123456789';
    const hetzner = openHetzner({ ...project.settings, token: new Secret('HCLOUD_TOKEN', secret) });
    const error = await refusalOf(hetzner.ask(desire, NEVER));
    expect(error).toMatchObject({ status: 401, reason: 'unauthorized' });
    expect(error.correlationId).toMatch(/^[0-9a-f]{32}$/);
    expect(error.message).toContain(error.correlationId);
    expect(error.fix).toContain('HCLOUD_TOKEN');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(secret);
  });

  it('tells a token that may only read', async () => {
    project = await startProject();
    const token = new Secret('HCLOUD_TOKEN', project.sandbox.readOnlyToken);
    const hetzner = openHetzner({ ...project.settings, token });
    const clearance = { isApproved: () => Promise.resolve(true), timeoutMs: 1_000 };
    const error = await refusalOf(hetzner.work(reconcileOf('lb-mariadb'), clearance, NEVER));
    expect(error).toMatchObject({ status: 401, reason: 'token_readonly' });
    expect(error.fix).toContain('read and write');
  });

  it('reads again after a page of HTML, a timeout, a cut line and a 429', async () => {
    project = await startProject();
    for (const kind of ['502', '504', 'cut', '429', '423', '409'] as const) {
      project.sandbox.fault({ kind, method: 'GET', path: '/servers' });
    }
    expect(await project.check('exists')).toMatch(/^fail/);
  });

  it('gives a read up after its patience, and says that nobody answered', async () => {
    project = await startProject();
    project.sandbox.fault({ kind: '502', method: 'GET', times: Infinity });
    const hetzner = openHetzner({ ...project.settings, patienceMs: 60 });
    const error = await refusalOf(hetzner.ask(desire, NEVER));
    expect(error).toMatchObject({ status: 502, reason: 'no_json' });
  });

  it('asks nothing more when one of its questions was refused, though another is still without an answer', async () => {
    project = await startProject();
    project.sandbox.fault({ kind: '502', method: 'GET', path: '/zones', times: Infinity });
    project.sandbox.server('proxysql-01').id = 'none' as unknown as number;
    await refusalOf(openHetzner(project.settings).ask(desire, NEVER));
    const asked = () => project.sandbox.exchanges.filter(({ path }) => path.startsWith('/zones')).length;
    const before = asked();
    const talk = openTalk(project.settings, { budget: undefined }, NEVER);
    for (let turn = 0; turn < 50; turn += 1) await talk.read('/load_balancers', 'load_balancers', z.unknown());
    // One may have been on its way.
    expect(asked()).toBeLessThanOrEqual(before + 1);
  });

  it('finds what it made by its name when the answer was lost, and makes no second one', async () => {
    project = await startProject();
    project.sandbox.fault({ kind: 'lost', method: 'POST', path: '/load_balancers' });
    await project.run(reconcileOf('lb-mariadb'));
    expect(posts().filter(({ path }) => path === '/load_balancers')).toHaveLength(1);
    expect(project.sandbox.world.balancers.size).toBe(1);
  });

  it('looks again after 409, 423 and an action that ended in an error, and waits for a slow one', async () => {
    project = await startProject();
    project.sandbox.fault({ kind: '409', method: 'POST', path: 'attach_to_network' });
    project.sandbox.fault({ kind: 'action-error', method: 'POST', path: 'attach_to_network' });
    project.sandbox.fault({ kind: '423', method: 'POST', path: 'add_target' });
    project.sandbox.fault({ kind: 'slow', method: 'POST', path: 'add_target' });
    await project.run(reconcileOf('lb-mariadb'));
    expect(project.sandbox.balancer('lb-mariadb')).toMatchObject({ network: { ip: '10.0.0.20' }, targets: [{}, {}] });
  });

  it('stops in its middle when the worker must, and another goes on', async () => {
    project = await startProject({ actionMs: 50 });
    const stop = new AbortController();
    project.sandbox.fault({ kind: 'slow', method: 'POST', path: 'attach_to_network' });
    const doing = project.run(reconcileOf('lb-mariadb'), stop.signal);
    setTimeout(() => stop.abort(new Error('stopped')), 120);
    await expect(doing).rejects.toThrow('stopped');
    await project.run(reconcileOf('lb-mariadb'));
    expect(posts().filter(({ path, status }) => path.endsWith('attach_to_network') && status === 201)).toHaveLength(1);
  });

  it('refuses ids that are no whole numbers, since the library writes them into the path', async () => {
    project = await startProject();
    const [id] = [project.sandbox.server('proxysql-01').id];
    project.sandbox.server('proxysql-01').id = `${id}/../..` as unknown as number;
    await expect(project.run(reconcileOf('lb-mariadb'))).rejects.toThrow("can't read: id");
  });
});

describe('the budget', () => {
  it('is read from every answer, fills up again, and keeps a reserve for others', async () => {
    project = await startProject();
    expect(readBudget({ 'ratelimit-limit': '3600', 'ratelimit-remaining': '5' }, 0)).toEqual({
      ...{ limit: 3600, remaining: 5, atMs: 0 },
    });
    expect(readBudget({}, 0)).toBeUndefined();
    const budget = { limit: 3600, remaining: 5, atMs: 0 };
    expect(leftOf(budget, 10_000)).toBe(15);
    expect(leftOf({ ...budget, remaining: 3599 }, 10_000)).toBe(3600);
    expect(waitMsOf(budget, 0)).toBe(15_000);
    expect(waitMsOf(budget, 15_000)).toBe(0);
    expect(waitMsOf(undefined, 0)).toBe(0);
  });

  it('is waited for when it is empty, and nothing fails', async () => {
    // So many an hour that an empty bucket is full again within the test.
    project = await startProject({ limit: 200_000 });
    project.sandbox.fault({ kind: '429', method: 'GET', times: 3 });
    expect(await project.check('api')).toMatch(/^pass: it answers; \d+\/200000 requests are left$/);
  });
});
