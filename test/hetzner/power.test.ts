import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Power } from '../../sandbox/hetzner/index.ts';
import {
  HetznerError,
  isLost,
  openHetzner,
  type Boot,
  type CloudChange,
  type PowerNote,
} from '../../src/hetzner/index.ts';
import type { PowerWork } from '../../src/modules/cloud.ts';
import { startProject, until, type TestProject } from './project.ts';

const NEVER = new AbortController().signal;
const REBOOT: PowerWork = {
  ...{ do: 'power', host: 'redis-02', address: '10.0.0.124', command: 'reboot' },
  ...{ partOf: ['redis-02 is part of redis'], bootScript: { script: 'base/boot-host.sh', scriptHash: '' } },
};
const RESET: PowerWork = { ...REBOOT, command: 'reset' };

/** How long the machine is down, ms. */
const DOWN_MS = 30;

let project: TestProject;
/** The machine behind redis-02. */
let machine: { boot: Boot | undefined; downs: number; isStuck: boolean };
/** What a machine tells of itself once it came up. */
let uptimeSeconds: number;
/** What outlives every worker. */
let memory: { note: PowerNote | undefined };

function press(server: string, what: Power): void {
  if (server !== 'redis-02') return;
  machine.downs += what === 'on' ? 0 : 1;
  machine.boot = undefined;
  if (machine.isStuck || what === 'off') return;
  setTimeout(() => {
    machine.boot = { id: randomUUID(), uptimeSeconds };
  }, DOWN_MS);
}

beforeEach(async () => {
  machine = { boot: { id: randomUUID(), uptimeSeconds: 5_000 }, downs: 0, isStuck: false };
  uptimeSeconds = 0;
  memory = { note: undefined };
  project = await startProject({ onPower: press });
});

afterEach(async () => {
  await project.sandbox.close();
});

const sent = () =>
  project.sandbox.exchanges.filter(({ method, path }) => method === 'POST' && path.includes('/servers/'));

/** One worker's go at it. */
function go(
  work: PowerWork = REBOOT,
  more: { signal?: AbortSignal; isApproved?: () => Promise<boolean>; timeoutMs?: number; silentMs?: number } = {},
): Promise<CloudChange[]> {
  const { signal = NEVER, isApproved = () => Promise.resolve(true), timeoutMs = 20_000, silentMs = 20_000 } = more;
  const clearance = {
    ...{ isApproved, timeoutMs, silentMs, nowMs: Date.now, noted: memory.note },
    boot: () => Promise.resolve(machine.boot),
    note: (own: PowerNote) => {
      const isOurs = memory.note === undefined;
      memory.note ??= own;
      return Promise.resolve({ note: memory.note, isOurs });
    },
  };
  return project.hetzner.power(work, clearance, signal);
}

const preview = (work: PowerWork, boot = machine.boot) =>
  project.hetzner.previewPower(work, boot === undefined ? {} : { boot }, NEVER);

const server = () => project.sandbox.server('redis-02');

describe('the preview of a reboot', () => {
  it('shows server, address, status, boot and what the host is part of, and changes nothing', async () => {
    const { changes, notes, obstacles } = await preview(REBOOT);
    const boot = machine.boot?.id ?? '';
    expect(changes).toEqual([
      {
        ...{ kind: 'reboot', target: `server ${server().id}` },
        detail: `10.0.0.124, boot ${boot}, asked to by ACPI`,
      },
    ]);
    expect(notes).toEqual([`server ${server().id}, 10.0.0.124, is running`, 'redis-02 is part of redis']);
    expect([obstacles, sent()]).toEqual([[], []]);
  });

  it('refuses a server that the project does not have, or has under another name or address', async () => {
    server().privateNet = [];
    await expect(preview(REBOOT)).rejects.toThrow('redis-02 has no private address, not 10.0.0.124');
    server().name = 'redis-old';
    await expect(preview(REBOOT)).rejects.toThrow('redis-02 is no server of the project');
    await expect(go()).rejects.toThrow('redis-02 is no server of the project');
    expect(sent()).toEqual([]);
  });

  it('sees that a server is off, and that a silent host can only be reset', async () => {
    server().status = 'off';
    expect((await preview(REBOOT)).obstacles).toMatchObject([{ reason: expect.stringContaining('is off') }]);
    server().status = 'running';
    machine.boot = undefined;
    expect((await preview(REBOOT)).obstacles).toMatchObject([{ fix: expect.stringContaining('reset redis-02') }]);
    expect((await preview(RESET)).obstacles).toEqual([]);
  });
});

describe('a reboot', () => {
  it('ends when the host answers with another boot, though Hetzner calls it done before it went down', async () => {
    const before = machine.boot?.id;
    expect(await go()).toMatchObject([{ kind: 'reboot' }]);
    expect(machine.boot?.id).not.toBe(before);
    expect([machine.downs, server().status]).toEqual([1, 'running']);
    expect(sent().map(({ path }) => path)).toEqual([`/servers/${server().id}/actions/reboot`]);
  });

  it('is not asked for twice when only the answer was lost', async () => {
    project.sandbox.fault({ kind: 'lost', method: 'POST', path: 'reboot' });
    await go();
    expect([machine.downs, sent().length]).toEqual([1, 1]);
  });

  it.each(['cut', '502', '504'] as const)('is asked for again when %s kept the request from Hetzner', async (kind) => {
    project.sandbox.fault({ kind, method: 'POST', path: 'reboot' });
    await go();
    expect([machine.downs, sent().length]).toEqual([1, 2]);
  });

  it('waits for a locked server, and says so when it stays locked', async () => {
    project.sandbox.fault({ kind: '423', method: 'POST', path: 'reboot', times: 2 });
    await go();
    expect(machine.downs).toBe(1);
    memory.note = undefined;
    project.sandbox.fault({ kind: '423', method: 'POST', path: 'reboot', times: Infinity });
    await expect(go(REBOOT, { timeoutMs: 100 })).rejects.toThrow('423 locked');
    expect(machine.downs).toBe(1);
  });

  it('is gone on with by the next worker wherever the first one died, and the host goes down once', async () => {
    for (const path of ['/servers', 'actions?', 'actions/reboot', '/actions/']) {
      memory.note = undefined;
      const [downs, stop] = [machine.downs, new AbortController()];
      const endFault = project.sandbox.disturb((asked) => {
        const isMeant = path === 'actions?' ? asked.path.endsWith('/actions') : asked.path.includes(path);
        if (isMeant) stop.abort(new Error('died'));
        return undefined;
      });
      await expect(go(REBOOT, { signal: stop.signal })).rejects.toThrow('died');
      endFault();
      await go();
      expect([path, machine.downs - downs]).toEqual([path, 1]);
    }
  });

  it('is done by one of two workers that go on with it at the same time', async () => {
    // Long enough for the second to see what the first one began, on however busy a machine.
    project.hetzner = openHetzner({ ...project.settings, retryMs: 100 });
    await Promise.all([go(), go()]);
    expect(machine.downs).toBe(1);
  });

  it('asks nobody when the host went down by itself after it was noted', async () => {
    memory.note = { newestAction: 0, boot: randomUUID(), atMs: Date.now() };
    expect(await go()).toEqual([]);
    expect(sent()).toEqual([]);
  });

  it('is not asked for when the host is not as it was approved', async () => {
    await expect(go(REBOOT, { isApproved: () => Promise.resolve(false) })).rejects.toThrow(
      'not as it was when this was approved',
    );
    expect(sent()).toEqual([]);
  });

  it('fails with what to do when the host does not come back, and goes on waiting without a second one', async () => {
    machine.isStuck = true;
    await expect(go(REBOOT, { silentMs: 100 })).rejects.toThrow(
      /It has not come back \d+ s after Hetzner was asked to reboot it; its server is running there/,
    );
    machine.boot = { id: randomUUID(), uptimeSeconds: 1 };
    expect(await go()).toMatchObject([{ kind: 'reboot' }]);
    expect(sent()).toHaveLength(1);
  });

  it('fails when the system does not react, which Hetzner calls a success', async () => {
    server().isDeaf = true;
    await expect(go(REBOOT, { timeoutMs: 150 })).rejects.toThrow('It still runs the boot of before');
    expect([machine.downs, sent().length]).toEqual([0, 1]);
  });

  it('is unknown, and neither done nor failed, when nobody answers any more', async () => {
    project.sandbox.fault({ kind: 'cut', method: 'POST', path: 'reboot', times: Infinity });
    const error: unknown = await go(REBOOT, { timeoutMs: 150 }).catch((one: unknown) => one);
    expect(error instanceof HetznerError && isLost(error)).toBe(true);
  });
});

describe('turning on', () => {
  const POWERON: PowerWork = { ...REBOOT, command: 'poweron' };

  it('brings back a server that is off, once, and takes any boot for another one', async () => {
    server().status = 'off';
    machine.boot = undefined;
    const { changes, obstacles } = await preview(POWERON);
    expect(changes).toMatchObject([{ kind: 'poweron', detail: '10.0.0.124, is off, turned on again' }]);
    expect(obstacles).toEqual([]);
    project.sandbox.fault({ kind: 'lost', method: 'POST', path: 'poweron' });
    // A container tells its machine's uptime.
    uptimeSeconds = 1_000_000;
    expect(await go(POWERON)).toMatchObject([{ kind: 'poweron' }]);
    expect([server().status, sent().length]).toEqual(['running', 1]);
    expect(machine).toMatchObject({ boot: { uptimeSeconds } });
  });

  it('is refused for a server that runs, unless it was begun already, and for a host that answers', async () => {
    expect((await preview(POWERON)).obstacles).toMatchObject([{ reason: expect.stringContaining('running, not off') }]);
    machine.boot = undefined;
    const note = { newestAction: 0, boot: '', atMs: Date.now() };
    expect((await project.hetzner.previewPower(POWERON, { note }, NEVER)).obstacles).toEqual([]);
    server().status = 'off';
    const boot = { id: randomUUID(), uptimeSeconds: 1 };
    expect((await preview(POWERON, boot)).obstacles).toMatchObject([
      { fix: expect.stringContaining('inventory diff') },
    ]);
  });
});

describe('a reset', () => {
  it('takes a silent host back, and knows it by a boot that is younger than the request', async () => {
    machine.boot = undefined;
    await go(RESET);
    expect(machine.downs).toBe(1);
    expect(memory.note).toMatchObject({ boot: '' });
  });

  it('does not take a host for reset that was only out of reach', async () => {
    machine.boot = undefined;
    machine.isStuck = true;
    const doing = go(RESET, { silentMs: 10_000, timeoutMs: 300 });
    await until(() => sent().length === 1, 'it is asked for');
    machine.boot = { id: randomUUID(), uptimeSeconds: 5_000 };
    await expect(doing).rejects.toThrow('It still runs the boot of before');
  });
});
