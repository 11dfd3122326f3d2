import { RefusedError } from '../errors.ts';
import type { Engine } from '../jobs/engine.ts';
import { standstillOf, type Standstill } from '../jobs/freeze.ts';
import type { RunState } from '../jobs/state.ts';
import { windowAt } from './policy-freeze.ts';
import { shownNames } from './policy.ts';
import type { Policy } from './policy-schema.ts';

/** The freeze window of the policy that is open at this moment (epoch ms). */
export function windowStandstill({ freeze }: Policy, nowMs: number): Standstill | undefined {
  const open = windowAt(freeze, nowMs);
  if (open === undefined) return undefined;
  return {
    by: 'window',
    reason: (say) => say.policy.window(open.name, say.retold(open.until)),
    fix: (say) => say.policy.untilWindow,
  };
}

/** Why nothing that changes anything may begin now; undefined: it may. */
export async function standstillNow(engine: Pick<Engine, 'frozen' | 'nowMs'>, policy: Policy) {
  const freeze = await engine.frozen();
  return freeze === undefined ? windowStandstill(policy, engine.nowMs()) : standstillOf(freeze);
}

/** True for what lets a run begin or go on with its changes, of one that heeds a standstill. */
export function goesOn(verb: string, { breakGlass }: RunState): boolean {
  return breakGlass === undefined && (verb === 'approve' || verb === 'resume');
}

/** Verbs that somebody may go ahead with alone. */
const BREAKABLE: readonly string[] = [
  ...['deploy', 'failover', 'migrate', 'remove', 'enroll', 'reboot', 'reset', 'poweron'],
];

interface Held {
  /** "deploy redis", as one types it. */
  command: string;
  verb: string;
}

/** Throws RefusedError while there is a standstill: why, and what to do instead. */
export async function refuseInStandstill(
  { engine, now }: { engine: Pick<Engine, 'frozen' | 'nowMs'>; now: Policy },
  { command, verb }: Held,
): Promise<void> {
  const standstill = await standstillNow(engine, now);
  if (standstill === undefined) return;
  const whom = shownNames(now, now.breakGlass.by).join(', ');
  const isBreakable = BREAKABLE.includes(verb) && whom !== '';
  throw new RefusedError((say) => say.policy.nothingBegins(standstill.reason(say), command), {
    code: 'KEYBUZZ_FROZEN',
    fix: (say) => {
      const again = say.policy.thenAgain(standstill.fix(say));
      return isBreakable ? `${again} ${say.policy.emergency(whom, command)}` : again;
    },
  });
}
