import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Runs } from './detached.ts';
import type { Line } from './line.ts';
import type { SimulatedHost } from './world.ts';

/** A simulated host with its wire, and what runs on it. */
export interface Machine {
  host: SimulatedHost;
  line: Line;
  runs: Runs;
}

/** The plugs of all hosts. */
export interface Power {
  /** What ran is lost and every connection ends. After a moment it is up with another boot, unless it stays off. */
  touch: (host: string, what: 'reboot' | 'reset' | 'off' | 'on') => void;
  /** How often each went down. */
  downs: ReadonlyMap<string, number>;
  /** Resolves when nothing is on its way down or up. */
  settled(): Promise<void>;
}

/** How long a host is down, ms. */
const DOWN_MS = 150;

/** Nothing happens until somebody touches one. */
export function createPower(machines: ReadonlyMap<string, Machine>): Power {
  const downs = new Map<string, number>();
  const off = new Map<string, () => Promise<void>>();
  const busy = new Set<Promise<void>>();

  async function goDown({ host, line, runs }: Machine): Promise<void> {
    if (off.has(host.name)) return;
    downs.set(host.name, (downs.get(host.name) ?? 0) + 1);
    runs.reboot();
    off.set(host.name, await line.refuse());
  }

  async function comeUp({ host }: Machine): Promise<void> {
    const open = off.get(host.name);
    if (open === undefined) return;
    off.delete(host.name);
    host.bootId = randomUUID();
    host.bootedMs = Date.now();
    await open();
  }

  return {
    downs,
    touch(name, what) {
      const machine = machines.get(name);
      if (machine === undefined) return;
      const doing = (async () => {
        if (what !== 'on') await goDown(machine);
        if (what === 'reboot' || what === 'reset') await delay(DOWN_MS);
        if (what !== 'off' && (what === 'on' || !machine.host.isStuck)) await comeUp(machine);
      })();
      busy.add(doing);
      void doing.finally(() => busy.delete(doing));
    },
    async settled() {
      await Promise.all(busy);
    },
  };
}
