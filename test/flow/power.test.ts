import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BASE_DEPLOYED } from '../../sandbox/fleet/base.ts';
import type { SimulatedHost } from '../../sandbox/fleet/world.ts';
import { startHetznerSandbox, type HetznerSandbox } from '../../sandbox/hetzner/index.ts';
import type { Message } from '../../sandbox/slack/index.ts';
import { loadInventory } from '../../src/inventory.ts';
import { createBase } from '../../src/modules/base/index.ts';
import { inventory } from '../../src/modules/inventory/index.ts';
import { postgresql } from '../../src/modules/postgresql/index.ts';
import { redis } from '../../src/modules/redis/index.ts';
import { openGrounds, type Grounds, type House } from '../helpers/full-house.ts';

const MODULES = [inventory, createBase([...redis.locks, ...postgresql.locks]), postgresql, redis];
const PATIENCE_MS = 60_000;
jest.setTimeout(2 * PATIENCE_MS);

const HOST = 'redis-02';
const textOf = (message: Message | undefined) => JSON.stringify(message?.blocks ?? []);

describe('a reboot of a host, from a slash command to its next boot', () => {
  let grounds: Grounds;
  let house: House;
  let hetzner: HetznerSandbox;

  beforeAll(async () => {
    grounds = await openGrounds(MODULES);
  });

  afterAll(async () => {
    await grounds.close();
  });

  beforeEach(async () => {
    const servers = loadInventory(grounds.inventoryFile).hosts.map(({ name, privateIp }) => ({ name, privateIp }));
    hetzner = await startHetznerSandbox({ servers, actionMs: 10, onPower: grounds.fleet.power.touch });
    for (const one of grounds.fleet.world.values()) one.deployed = new Set(BASE_DEPLOYED);
    house = await grounds.openHouse(hetzner);
    await house.openBot();
  });

  afterEach(async () => {
    await house.close();
    await hetzner.close();
  });

  async function when(isAsked: RegExp): Promise<Message> {
    const find = () => house.slack.messages('#ops').findLast((message) => isAsked.test(textOf(message)));
    return house.slack.waitFor(find, PATIENCE_MS, isAsked.source).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${textOf(house.slack.messages('#ops').at(-1))}`);
    });
  }

  const ask = (text: string) => house.slack.person('operator').command('#ops', '/keybuzz', text);

  async function approve(command: string, ...people: ('approver' | 'approver2')[]): Promise<Message> {
    let prompt = await when(new RegExp(`${command}.*keybuzz_approve`, 's'));
    for (const person of people) {
      await house.slack.person(person).click(prompt, 'keybuzz_approve');
      prompt = house.slack.messages('#ops').find(({ ts }) => ts === prompt.ts) ?? prompt;
    }
    return prompt;
  }

  /** Waits until all of this stands in the run's thread. */
  async function told(root: Message, ...parts: RegExp[]): Promise<void> {
    const text = () => house.slack.thread('#ops', root.ts).map(textOf).join('\n');
    const hasAll = () => (parts.every((part) => part.test(text())) ? true : undefined);
    await house.slack.waitFor(hasAll, PATIENCE_MS, 'the thread').catch((error: unknown) => {
      throw new Error(`${String(error)}\n${text()}`);
    });
  }

  function host(): SimulatedHost {
    const found = grounds.fleet.world.get(HOST);
    if (found === undefined) throw new Error(`no ${HOST}`);
    return found;
  }

  const downs = () => grounds.fleet.power.downs.get(HOST) ?? 0;
  const asked = () => hetzner.exchanges.filter(({ method }) => method === 'POST').map(({ path }) => path);

  it('shows server, boot and clusters, holds their locks, and ends when what passed before passes again', async () => {
    const [before, downsBefore] = [host().bootId, downs()];
    await ask(`reboot ${HOST}`);
    await approve(`reboot ${HOST}`, 'approver');
    const done = await when(/reboot redis-02.*\*Done.*Log head/s);
    expect([host().bootId === before, downs() - downsBefore]).toEqual([false, 1]);
    expect(asked()).toEqual([`/servers/${hetzner.server(HOST).id}/actions/reboot`]);
    const runId = /([a-z]{5}-[a-z]{5})/.exec(textOf(done))?.[1] ?? '';
    const events = await house.engine.events(runId);
    const fences = events.flatMap(({ body }) => (body.type === 'locks.taken' ? body.fences : []));
    expect(fences.map(({ lock }) => lock)).toEqual(['base', ...redis.locks].sort());
    await told(done, new RegExp(`server ${hetzner.server(HOST).id}.*boot ${before}`), /redis-02 is part of redis/);
  });

  it('reboots once though the answer is lost, the server locked, and the worker replaced in the middle', async () => {
    const downsBefore = downs();
    hetzner.fault({ kind: '423', method: 'POST', path: 'reboot', times: 2 });
    hetzner.fault({ kind: 'lost', method: 'POST', path: 'reboot' });
    await ask(`reboot ${HOST}`);
    await approve(`reboot ${HOST}`, 'approver');
    await house.slack.waitFor(() => (asked().length >= 3 ? true : undefined), PATIENCE_MS, 'it is asked for');
    await house.replaceWorker();
    await when(/reboot redis-02.*\*Done.*Log head/s);
    expect([downs() - downsBefore, asked().length]).toEqual([1, 3]);
  });

  it('says what to do when the host does not come back, and goes on when it does, without a second reboot', async () => {
    const downsBefore = downs();
    host().isStuck = true;
    await ask(`reboot ${HOST}`);
    await approve(`reboot ${HOST}`, 'approver');
    const stopped = await when(/reboot redis-02.*keybuzz_resume/s);
    expect(textOf(stopped)).toMatch(
      /has not come back \d+ s after .*its server is running there.*When it answers: resume/s,
    );
    host().isStuck = false;
    grounds.fleet.power.touch(HOST, 'on');
    await house.slack.person('operator').click(stopped, 'keybuzz_resume');
    await when(/reboot redis-02.*\*Done.*Log head/s);
    expect([downs() - downsBefore, asked().length]).toEqual([1, 1]);
  });

  it('pulls the plug of a host that hangs after two approvals, and refuses to merely reboot it', async () => {
    const downsBefore = downs();
    await grounds.fleet.lines.get(HOST)?.refuse();
    await ask(`reboot ${HOST}`);
    await when(/reboot redis-02.*does not answer over SSH.*reset redis-02/s);
    await ask(`reset ${HOST}`);
    await approve(`reset ${HOST}`, 'approver', 'approver2');
    await told(await when(/reset redis-02.*\*Done.*Log head/s), /does not answer over SSH/);
    expect(downs() - downsBefore).toBe(1);
  });
});
