import type { Selector } from '../inventory.ts';
import type { PlannedVerb } from './command-spec.ts';

/** What a person typed, parsed: every name in it exists, run ids only have the right shape. */
export type Command =
  | { verb: 'help'; topic: string }
  | { verb: 'whoami' }
  | { verb: 'inventory'; selector: Selector }
  | { verb: 'status' | 'drill' | 'test'; module: string }
  /** `breakGlass`: why it goes ahead without approval and in a freeze. */
  | { verb: 'migrate' | 'remove'; module: string; breakGlass?: string; code?: string }
  /** `emergency`: the host of the lost primary, which is turned off first. */
  | { verb: 'failover'; module: string; emergency?: string; breakGlass?: string; code?: string }
  | { verb: 'validate' }
  /** `module` may be ALL. `override`: why to go on though what it requires may not be valid. */
  | { verb: 'deploy'; module: string; override?: string; prune?: true; breakGlass?: string; code?: string }
  | { verb: 'plan'; planned: PlannedVerb; module: string; prune?: true }
  | { verb: 'runs'; openOnly: boolean; limit: number }
  | { verb: 'show'; run: string }
  /** `code`: a one-time code, where the policy asks for one; never in a log. */
  | { verb: 'approve'; run: string; code?: string }
  | { verb: 'cancel' | 'resume' | 'abandon'; run: string }
  | { verb: 'logs'; run: string; step: string; host: string }
  | { verb: 'deny'; run: string; reason: string }
  | { verb: 'locks' }
  | { verb: 'unlock'; lock: string }
  | { verb: 'lock'; lock: string; reason: string }
  | { verb: 'steal'; lock: string; reason: string }
  | { verb: 'enroll'; host: string; breakGlass?: string; code?: string }
  | { verb: 'reboot' | 'reset' | 'poweron'; host: string; breakGlass?: string; code?: string }
  | { verb: 'alerts' }
  | { verb: 'digest' }
  | { verb: 'ack' | 'unsilence'; alert: string }
  | { verb: 'silence'; alert: string; until: string; reason: string }
  /** Of whom, and the command in question as text. */
  | { verb: 'policy'; person: string; about: string }
  | { verb: 'freeze' | 'unfreeze'; reason: string }
  /** `word`: the code to confirm, or whose codes to forget. */
  | { verb: 'totp'; what: 'enrol' | 'confirm' | 'forget'; word: string; code?: string }
  | { verb: 'reviews' }
  | { verb: 'review'; run: string; note: string }
  /** Empty: not narrowed down by it. */
  | {
      verb: 'audit';
      what: 'list' | 'export' | 'verify';
      person: string;
      module: string;
      about: string;
      since: string;
      until: string;
      limit: number;
    };
