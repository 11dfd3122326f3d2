import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FaultKind } from '../../sandbox/hetzner/index.ts';
import { HetznerError, isLost, type Boot, type CloudChange } from '../../src/hetzner/index.ts';
import type { FenceWork } from '../../src/modules/cloud.ts';
import { startProject, type TestProject } from './project.ts';

const NEVER = new AbortController().signal;
const HOST = 'db-master-01';
const FENCE: FenceWork = {
  ...{ do: 'fence', host: HOST, address: '10.0.0.120', ports: [5432], partOf: [`${HOST} is part of postgresql`] },
  ...{ bootScript: { script: 'base/boot-host.sh', scriptHash: '' }, instead: 'failover postgresql' },
};

let project: TestProject;
/** The machine behind the server: whether it runs, and the address it answers at whatever Hetzner says. */
let machine: { isOn: boolean; isElsewhere: boolean };

beforeEach(async () => {
  machine = { isOn: true, isElsewhere: false };
  project = await startProject({
    onPower: (name, what) => {
      if (name === HOST) machine.isOn = what !== 'off';
    },
  });
});

afterEach(async () => {
  await project.sandbox.close();
});

const server = () => project.sandbox.server(HOST);
const sent = () => project.sandbox.exchanges.filter(({ method }) => method === 'POST').map(({ path }) => path);

interface More {
  isApproved?: () => Promise<boolean>;
  timeoutMs?: number;
  openPorts?: () => Promise<number[]>;
  signal?: AbortSignal;
}

function fence(more: More = {}): Promise<CloudChange[]> {
  const { signal = NEVER, ...others } = more;
  const clearance = {
    ...{ isApproved: () => Promise.resolve(true), timeoutMs: 20_000 },
    openPorts: () => Promise.resolve(machine.isOn || machine.isElsewhere ? [22, 5432] : []),
    ...others,
  };
  return project.hetzner.fence(FENCE, clearance, signal);
}

const preview = (boot?: Boot) => project.hetzner.previewFence(FENCE, boot, NEVER);

describe('the preview of a fence', () => {
  it('shows server and address, and what the host is part of, and changes nothing', async () => {
    const { changes, notes, obstacles } = await preview();
    const detail = '10.0.0.120, its plug is pulled and it stays off: what is not on disk is lost';
    expect(changes).toEqual([{ kind: 'poweroff', target: `server ${server().id}`, detail }]);
    expect(notes).toEqual([`server ${server().id}, 10.0.0.120, is running`, `${HOST} is part of postgresql`]);
    expect([obstacles, sent()]).toEqual([[], []]);
  });

  it('refuses a host that answers, and says what to do instead', async () => {
    const { obstacles } = await preview({ id: randomUUID(), uptimeSeconds: 5 });
    expect(obstacles).toEqual([{ reason: 'it answers over SSH: it is not lost', fix: 'failover postgresql' }]);
  });

  it('has nothing to change where the server is off, and refuses one that is being made or moved', async () => {
    server().status = 'off';
    expect(await preview()).toMatchObject({ changes: [], obstacles: [] });
    Object.assign(server(), { status: 'migrating' });
    expect((await preview()).obstacles).toMatchObject([{ reason: expect.stringContaining('is migrating') }]);
  });

  it('refuses a server that the project has under another address', async () => {
    server().privateNet = [];
    await expect(preview()).rejects.toThrow(`${HOST} has no private address, not 10.0.0.120`);
    await expect(fence()).rejects.toThrow(`${HOST} has no private address, not 10.0.0.120`);
    expect(sent()).toEqual([]);
  });
});

describe('a fence', () => {
  it('ends when the action has, the status says off and nobody answers', async () => {
    expect(await fence()).toMatchObject([{ kind: 'poweroff', target: `server ${server().id}` }]);
    expect([server().status, machine.isOn]).toEqual(['off', false]);
    expect(sent()).toEqual([`/servers/${server().id}/actions/poweroff`]);
  });

  it('asks nobody when it is off already, and looks all the same', async () => {
    server().status = 'off';
    machine.isOn = false;
    expect(await fence()).toEqual([]);
    expect(sent()).toEqual([]);
    machine.isElsewhere = true;
    await expect(fence({ timeoutMs: 50 })).rejects.toThrow(
      /somebody takes connections at 10\.0\.0\.120, port 22, 5432/,
    );
  });

  it('waits until nobody answers at the address any more', async () => {
    const answers = [[22, 5432], [5432], []];
    await fence({ openPorts: () => Promise.resolve(answers.shift() ?? []) });
    expect(answers).toEqual([]);
  });

  it('does not end well when the server was turned on again while its silence was looked for', async () => {
    const openPorts = () => {
      server().status = 'running';
      return Promise.resolve([]);
    };
    await expect(fence({ openPorts })).rejects.toThrow('was turned on again meanwhile (it is running)');
  });

  it('is not asked for when the server is not as it was approved', async () => {
    const isApproved = () => Promise.resolve(false);
    await expect(fence({ isApproved })).rejects.toThrow('not as it was when this was approved');
    expect([sent(), machine.isOn]).toEqual([[], true]);
  });

  it('is asked for again when the action failed, and fails when it goes on failing', async () => {
    project.sandbox.fault({ kind: 'action-error', method: 'POST', path: 'poweroff' });
    await fence();
    expect([sent().length, machine.isOn]).toEqual([2, false]);
    server().status = 'running';
    project.sandbox.fault({ kind: 'action-error', method: 'POST', path: 'poweroff', times: Infinity });
    await expect(fence({ timeoutMs: 1 })).rejects.toThrow("Hetzner's action stop_server failed");
  });

  it('is unknown, and neither done nor failed, when no request gets through', async () => {
    project.sandbox.fault({ kind: 'cut', method: 'POST', path: 'poweroff', times: Infinity });
    const error: unknown = await fence({ timeoutMs: 1 }).catch((one: unknown) => one);
    expect(error instanceof HetznerError && isLost(error)).toBe(true);
    expect(machine.isOn).toBe(true);
  });

  it('is gone on with by the next worker wherever the first one died', async () => {
    for (const path of ['/servers', '/actions', 'poweroff']) {
      server().status = 'running';
      machine.isOn = true;
      const stop = new AbortController();
      const endFault = project.sandbox.disturb((asked) => {
        if (asked.path.includes(path)) stop.abort(new Error('died'));
        return undefined;
      });
      await expect(fence({ signal: stop.signal })).rejects.toThrow('died');
      endFault();
      await fence();
      expect([path, server().status, machine.isOn]).toEqual([path, 'off', false]);
    }
  });

  it('never ends well before the machine is off, whatever trouble there is on the way', async () => {
    const trouble = fc.array(
      fc.constantFrom<FaultKind | 'none'>('lost', 'cut', '423', '409', '429', '502', '504', 'slow', 'none'),
      {
        maxLength: 6,
      },
    );
    await fc.assert(
      fc.asyncProperty(trouble, fc.boolean(), async (kinds, isElsewhere) => {
        server().status = 'running';
        machine = { isOn: true, isElsewhere };
        const left = [...kinds];
        const endFault = project.sandbox.disturb(({ path }) => {
          const kind = path.endsWith('/actions/poweroff') ? left.shift() : undefined;
          return kind === 'none' ? undefined : kind;
        });
        const outcome = await fence({ timeoutMs: isElsewhere ? 40 : 20_000 }).then(
          () => 'ok',
          () => 'not ok',
        );
        endFault();
        expect(outcome === 'ok' && (machine.isOn || machine.isElsewhere || server().status !== 'off')).toBe(false);
        if (!isElsewhere) expect(outcome).toBe('ok');
      }),
      { numRuns: 60 },
    );
  });
});
