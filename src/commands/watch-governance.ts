import { english } from '../language/index.ts';
import { FREEZE_SUBJECT, POLICY_SUBJECT } from '../jobs/alert-state.ts';
import type { Closer, Engine } from '../jobs/engine.ts';
import { freezeSentence } from '../jobs/freeze.ts';
import { tellOnce, watchTold, type ToldWatch } from '../jobs/watch-told.ts';
import { faultSentence, type PolicyFile } from './policy-file.ts';

const EVERY_MS = 5_000;

export interface GovernanceWatch {
  engine: Pick<Engine, 'alerts' | 'frozen'>;
  policyFile: PolicyFile;
  /** This machine's name: another one may have another policy.yaml. */
  machine: string;
  warn: (what: string, error: unknown) => void;
  everyMs?: number;
}

const freezeWatch = ({ alerts, frozen }: GovernanceWatch['engine']) => ({
  ...{ alerts, subject: FREEZE_SUBJECT, name: 'freeze', severity: 'warning' as const },
  async look() {
    const freeze = await frozen();
    return freeze === undefined ? '' : freezeSentence(freeze)(english).slice(0, 300);
  },
});

/** Tells the ops channel at once that everything is frozen, or that it is over. */
export function tellFreeze(engine: GovernanceWatch['engine']): Promise<void> {
  return tellOnce(freezeWatch(engine));
}

/** Keeps the ops channel up to date about a policy.yaml with a fault. */
export function watchPolicy(watch: Omit<GovernanceWatch, 'engine'> & Pick<ToldWatch, 'alerts'>): Closer {
  const { alerts, policyFile, machine, warn, everyMs = EVERY_MS } = watch;
  return watchTold({
    ...{ alerts, subject: POLICY_SUBJECT, name: `policy.yaml on ${machine}`, severity: 'critical' },
    look: () => faultSentence(policyFile.fault()),
    ...{ everyMs, warn },
    // A container that was made anew has another name, and never says that the fault of the one before is over.
    gone: 'no bot or worker of that machine tells of it any more',
  });
}

/** Keeps the ops channel up to date about a policy.yaml with a fault, and about a freeze. */
export function watchGovernance({ engine, policyFile, machine, warn, everyMs = EVERY_MS }: GovernanceWatch): Closer {
  const { alerts } = engine;
  const closers = [
    watchTold({ ...freezeWatch(engine), everyMs, warn }),
    watchPolicy({ alerts, policyFile, machine, warn, everyMs }),
  ];
  return async () => {
    await Promise.all(closers.map((close) => close()));
  };
}
