import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { integer, openTalk } from '../../src/hetzner/client.ts';
import type { Boot, CloudChange, PowerNote } from '../../src/hetzner/index.ts';
import { ServerAnswer } from '../../src/hetzner/schemas.ts';
import type { FenceWork, PowerWork, ProjectWork } from '../../src/modules/cloud.ts';
import { standStill } from '../helpers/stand-still.ts';
import { desire, reconcileOf, startProject, type TestProject } from './project.ts';

const NEVER = new AbortController().signal;
/** More than all questions before the standstill take on a busy machine. */
const LIMIT_MS = 1_000;
const STANDSTILL_MS = 1_500;
const HOST = { host: 'redis-02', address: '10.0.0.124', partOf: [] };
const BOOT_SCRIPT = { script: 'base/boot-host.sh', scriptHash: '' };
const REBOOT: PowerWork = { do: 'power', ...HOST, command: 'reboot', bootScript: BOOT_SCRIPT };
const FENCE: FenceWork = { do: 'fence', ...HOST, ports: [], bootScript: BOOT_SCRIPT, instead: '' };

let project: TestProject;
afterEach(async () => {
  await project.sandbox.close();
});

const isApproved = () => Promise.resolve(true);

/** Stands still while the first such request is under way, which is lost then; gives how many came. */
function loseFirst(method: string, path: string): () => number {
  let asked = 0;
  project.sandbox.disturb((request) => {
    if (request.method !== method || !request.path.includes(path)) return undefined;
    asked += 1;
    if (asked > 1) return undefined;
    standStill(STANDSTILL_MS);
    return 'cut';
  });
  return () => asked;
}

/** `boots`: what the host says when it is asked, one after the other; from then on the last one. */
function reboot(
  boots: (() => Boot | undefined)[],
  { silentMs = 60_000, timeoutMs = LIMIT_MS },
): Promise<CloudChange[]> {
  const clearance = {
    ...{ isApproved, timeoutMs, silentMs, nowMs: Date.now, noted: undefined },
    boot: () => Promise.resolve((boots.length > 1 ? boots.shift() : boots[0])?.()),
    note: (note: PowerNote) => Promise.resolve({ note, isOurs: true }),
  };
  return project.hetzner.power(REBOOT, clearance, NEVER);
}

const work = (what: ProjectWork) => project.hetzner.work(what, { isApproved, timeoutMs: LIMIT_MS }, NEVER);

describe('a worker that stands still in the middle of a question asks once more after it', () => {
  const before = { id: randomUUID(), uptimeSeconds: 5_000 };
  const after = { id: randomUUID(), uptimeSeconds: 1 };

  it.each([
    ['says nothing', { said: undefined, limits: { silentMs: LIMIT_MS, timeoutMs: 60_000 } }],
    ['says the boot of before', { said: before, limits: {} }],
  ])('a host that %s when its time is over, and is back then', async (_, { said, limits }) => {
    project = await startProject();
    const late = (): Boot | undefined => {
      standStill(STANDSTILL_MS);
      return said;
    };
    // Before the note, and before the request.
    expect(await reboot([() => before, () => before, late, () => after], limits)).toMatchObject([{ kind: 'reboot' }]);
  });

  it('a host that does not come back is given up all the same', async () => {
    project = await startProject();
    const silent = reboot([() => before, () => before, () => undefined], { silentMs: 50 });
    await expect(silent).rejects.toThrow('It has not come back');
  });

  it('Hetzner, to read', async () => {
    project = await startProject();
    const asked = loseFirst('GET', '/servers');
    const talk = openTalk({ ...project.settings, patienceMs: LIMIT_MS }, { budget: undefined }, NEVER);
    expect((await talk.list('/servers', 'servers', ServerAnswer)).length).toBeGreaterThan(0);
    expect(asked()).toBeGreaterThan(1);
  });

  it('Hetzner, how an action is', async () => {
    project = await startProject({ actionMs: 3_200 });
    let asked = 0;
    project.sandbox.disturb(({ method, path }) => {
      if (method === 'GET' && path.startsWith('/actions/') && ++asked === 1) standStill(2_000);
      return undefined;
    });
    // The first answer comes after 2.5 s and says that it runs, the second one 0.75 s later.
    const pace = { pollMs: 500, patienceMs: 2_000 };
    const talk = openTalk({ ...project.settings, ...pace }, { budget: undefined }, NEVER);
    const { id } = project.sandbox.server('redis-02');
    await talk.act(({ servers }) => servers.actions.reset(integer(id)));
    expect(asked).toBeGreaterThan(0);
  });

  it('Hetzner, for a reboot', async () => {
    project = await startProject();
    const asked = loseFirst('POST', 'actions/reboot');
    let said = 0;
    // Another boot only after the second request.
    const boot = () => ((said += 1), asked() < 2 ? before : after);
    expect(await reboot([boot], {})).toMatchObject([{ kind: 'reboot' }]);
    expect([asked(), said > 2]).toEqual([2, true]);
  });

  it('Hetzner, to turn a server off', async () => {
    project = await startProject();
    const asked = loseFirst('POST', 'poweroff');
    const clearance = { isApproved, timeoutMs: LIMIT_MS, openPorts: () => Promise.resolve([]) };
    expect(await project.hetzner.fence(FENCE, clearance, NEVER)).toMatchObject([{ kind: 'poweroff' }]);
    expect(asked()).toBe(2);
  });

  it('whoever may still take connections of a server that is off', async () => {
    project = await startProject();
    project.sandbox.server('redis-02').status = 'off';
    const answers = [[22], []];
    const openPorts = () => {
      if (answers.length === 2) standStill(STANDSTILL_MS);
      return Promise.resolve(answers.shift() ?? []);
    };
    expect(await project.hetzner.fence(FENCE, { isApproved, timeoutMs: LIMIT_MS, openPorts }, NEVER)).toEqual([]);
  });

  it('Hetzner, for a load balancer', async () => {
    project = await startProject();
    const asked = loseFirst('POST', '/load_balancers');
    expect(await work(reconcileOf('lb-mariadb'))).not.toEqual([]);
    expect(asked()).toBeGreaterThan(1);
  });

  it('Hetzner, for a name', async () => {
    project = await startProject();
    const asked = loseFirst('POST', '/rrsets');
    expect(await work({ do: 'records', zone: 'keybuzz.io', records: desire.records })).not.toEqual([]);
    expect(asked()).toBeGreaterThan(1);
  });
});
