import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BASE_DEPLOYED } from '../../sandbox/fleet/base.ts';
import { startHetznerSandbox, type HetznerSandbox } from '../../sandbox/hetzner/index.ts';
import type { Message } from '../../sandbox/slack/index.ts';
import { loadInventory } from '../../src/inventory.ts';
import { createBase } from '../../src/modules/base/index.ts';
import { inventory } from '../../src/modules/inventory/index.ts';
import { postgresql } from '../../src/modules/postgresql/index.ts';
import { openGrounds, type Grounds, type House } from '../helpers/full-house.ts';

const MODULES = [inventory, createBase(postgresql.locks), postgresql];
const PATIENCE_MS = 60_000;
jest.setTimeout(2 * PATIENCE_MS);

const LOST = 'db-master-01';
const COMMAND = `failover postgresql --emergency ${LOST}`;
const textOf = (message: Message | undefined) => JSON.stringify(message?.blocks ?? []);

describe('an emergency promotion, from a slash command to a leader that takes writes', () => {
  let grounds: Grounds;
  let house: House;
  let hetzner: HetznerSandbox;
  let mend: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    grounds = await openGrounds(MODULES);
  });

  afterAll(async () => {
    await grounds.close();
  });

  beforeEach(async () => {
    const servers = loadInventory(grounds.inventoryFile).hosts.map(({ name, privateIp }) => ({ name, privateIp }));
    hetzner = await startHetznerSandbox({ servers, actionMs: 10, onPower: grounds.fleet.power.touch });
    const deployed = ['postgresql/deploy-server.sh', 'postgresql/deploy-cluster.sh', 'postgresql/deploy-proxy.sh'];
    for (const one of grounds.fleet.world.values()) {
      const isServer = one.name === LOST || one.name.startsWith('db-slave-');
      one.deployed = new Set([...BASE_DEPLOYED, ...(isServer ? deployed.slice(0, 2) : deployed.slice(2))]);
    }
  });

  afterEach(async () => {
    await house.close();
    await hetzner.close();
    await mend?.();
    mend = undefined;
  });

  async function open(token = hetzner.token): Promise<void> {
    house = await grounds.openHouse(token === '' ? undefined : { ...hetzner, token });
    await house.openBot();
  }

  const lose = async () => (mend = await grounds.fleet.lines.get(LOST)?.refuse());
  const ask = (text: string) => house.slack.person('operator').command('#ops', '/keybuzz', text);

  async function when(isAsked: RegExp): Promise<Message> {
    const find = () => house.slack.messages('#ops').findLast((message) => isAsked.test(textOf(message)));
    return house.slack.waitFor(find, PATIENCE_MS, isAsked.source).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${textOf(house.slack.messages('#ops').at(-1))}`);
    });
  }

  async function approve(): Promise<void> {
    const prompt = await when(/emergency db-master-01.*keybuzz_approve/s);
    for (const person of ['approver', 'approver2'] as const)
      await house.slack.person(person).click(prompt, 'keybuzz_approve');
  }

  const asked = () => hetzner.exchanges.filter(({ method }) => method === 'POST').map(({ path }) => path);

  async function stepsOf(message: Message): Promise<string[]> {
    const runId = /([a-z]{5}-[a-z]{5})/.exec(textOf(message))?.[1] ?? '';
    const events = await house.engine.events(runId);
    return events.flatMap(({ body }) => (body.type === 'host.finished' ? [`${body.step} ${body.outcome}`] : []));
  }

  it('shows what may be lost, and after two approvals turns the host off before anybody is promoted', async () => {
    await open();
    await lose();
    await ask(COMMAND);
    await approve();
    const done = await when(/emergency db-master-01.*\*Done.*Log head/s);
    expect(await stepsOf(done)).toEqual(['fence ok', 'promote ok', 'promote ok', 'proxies ok', 'proxies ok']);
    expect(asked()).toEqual([`/servers/${hetzner.server(LOST).id}/actions/poweroff`]);
    expect(hetzner.server(LOST).status).toBe('off');
    const thread = house.slack.thread('#ops', done.ts).map(textOf).join('\n');
    for (const part of [
      /0 bytes behind: no acknowledged write is lost/,
      /db-master-01 is part of postgresql/,
      /poweron db-master-01/,
    ]) {
      expect(thread).toMatch(part);
    }
  });

  it('promotes nobody when the server could not be turned off', async () => {
    await open(hetzner.readOnlyToken);
    await lose();
    await ask(COMMAND);
    await approve();
    const stopped = await when(/emergency db-master-01.*keybuzz_resume/s);
    expect(await stepsOf(stopped)).toEqual(['fence failed']);
    expect(hetzner.server(LOST).status).toBe('running');
  });

  it('is refused while the host answers, and where the worker has no token, before anybody is asked', async () => {
    await open();
    await ask(COMMAND);
    expect(textOf(await when(/emergency.*it answers over SSH/s))).toMatch(/failover postgresql/);
    await house.close();
    await open('');
    await lose();
    await ask(COMMAND);
    await when(/emergency.*no token of the Hetzner Cloud project/s);
    expect(asked()).toEqual([]);
  });
});
