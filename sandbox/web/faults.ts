import { SandboxError } from '../slack/index.ts';
import type { SeenFault } from './protocol.ts';

/** Trouble of one kind: how it is made, and taken back. */
export interface FaultSpec extends Omit<SeenFault, 'isOn'> {
  /** Makes it; a switch gives the function that takes it back. */
  make: () => Promise<(() => Promise<void> | void) | undefined> | (() => void) | undefined;
}

/** All trouble that can be made, and what lasts now. */
export interface Faults {
  list: () => SeenFault[];
  set: (id: string, on: boolean) => Promise<void>;
  /** Hears of every change; the function stops it. */
  onChange: (listener: () => void) => () => void;
  /** Takes back everything that lasts. */
  close: () => Promise<void>;
}

/** A panel of switches and pushes. */
export function createFaults(specs: readonly FaultSpec[]): Faults {
  const lasting = new Map<string, () => Promise<void> | void>();
  const listeners = new Set<() => void>();
  const tell = () => listeners.forEach((listener) => listener());
  const end = async (id: string) => {
    const undo = lasting.get(id);
    lasting.delete(id);
    await undo?.();
  };
  return {
    list: () =>
      specs.map(({ id, group, label, hint, kind }) => ({ id, group, label, hint, kind, isOn: lasting.has(id) })),
    async set(id, on) {
      const spec = specs.find((each) => each.id === id);
      if (spec === undefined) throw new SandboxError('no_fault', `There is no trouble called ${id}.`);
      if (!on) await end(id);
      else if (!lasting.has(id)) {
        const undo = await spec.make();
        if (spec.kind === 'switch' && undo !== undefined) lasting.set(id, undo);
      }
      tell();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      for (const id of [...lasting.keys()]) await end(id);
    },
  };
}
