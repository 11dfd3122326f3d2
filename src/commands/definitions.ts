import { DefectError } from '../errors.ts';
import {
  BREAK_GLASS,
  CODE,
  EMERGENCY,
  FILTER,
  HOST,
  LOCK,
  MODULE,
  MODULE_OR_ALL,
  PLANNED,
  PRUNE,
  REASON,
  TOPIC,
} from './argument-specs.ts';
import { ALERT_COMMANDS } from './definitions-alerts.ts';
import { GOVERNANCE_COMMANDS } from './definitions-governance.ts';
import { RUN_COMMANDS } from './definitions-runs.ts';
import type { CommandSpec, CommandVerb } from './command-spec.ts';

/** What to type, in the order in which help shows it. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    verb: 'help',
    summary: 'Show what you can ask, or all about one verb',
    arguments: [TOPIC],
    flags: [],
    examples: ['help', 'help deploy'],
    impact: 'none',
  },
  {
    verb: 'whoami',
    summary: 'Show who you are to the bot and what you may do',
    arguments: [],
    flags: [],
    examples: ['whoami'],
    impact: 'none',
  },
  {
    verb: 'status',
    summary: "Ask all of a module's checks now",
    arguments: [MODULE],
    flags: [],
    examples: ['status redis'],
    impact: 'none',
  },
  {
    verb: 'inventory',
    summary: 'List the hosts; `inventory diff` compares them with the servers at Hetzner',
    arguments: [FILTER],
    flags: [],
    examples: ['inventory', 'inventory role=db', 'inventory stack=haproxy', 'inventory redis-01'],
    impact: 'none',
  },
  {
    verb: 'validate',
    summary: "Go through the platform's checklist: what is proven, what is not, and what that blocks",
    arguments: [],
    flags: [],
    examples: ['validate'],
    impact: 'none',
  },
  {
    verb: 'plan',
    summary: 'Show what a deployment or another verb would change, and change nothing',
    arguments: [PLANNED, MODULE_OR_ALL],
    flags: [PRUNE],
    examples: ['plan redis', 'plan deploy redis', 'plan failover redis', 'plan all'],
    impact: 'none',
  },
  {
    verb: 'deploy',
    summary: 'Install a module or bring it to its desired state',
    arguments: [MODULE_OR_ALL],
    flags: [
      PRUNE,
      {
        name: 'override',
        kind: 'text',
        summary: 'go on though what the module requires is not valid, and why; it always needs an approval',
      },
      CODE,
      BREAK_GLASS,
    ],
    examples: ['deploy redis', 'deploy all', 'deploy redis --override NTP is being moved'],
    impact: 'disruptive',
  },
  {
    verb: 'failover',
    summary: 'Move the primary to another member, planned and measured',
    arguments: [MODULE],
    flags: [EMERGENCY, CODE, BREAK_GLASS],
    examples: [
      'failover redis',
      'failover redis --break-glass redis-01 is dying and nobody else is awake',
      'failover postgresql --emergency db-master-01',
    ],
    impact: 'destructive',
  },
  {
    verb: 'drill',
    summary: 'Kill the primary to prove that another member takes over',
    arguments: [MODULE],
    flags: [],
    examples: ['drill redis'],
    impact: 'disruptive',
  },
  {
    verb: 'test',
    summary: "Prove with real requests that a module's service works",
    arguments: [MODULE],
    flags: [],
    examples: ['test redis'],
    impact: 'safe',
  },
  {
    verb: 'migrate',
    summary: 'Move a module from an old part of it to its successor, measured: PostgreSQL from RAFT to etcd',
    arguments: [MODULE],
    flags: [CODE, BREAK_GLASS],
    examples: ['migrate postgresql'],
    impact: 'disruptive',
  },
  {
    verb: 'remove',
    summary: 'Take a module off its hosts',
    arguments: [MODULE],
    flags: [CODE, BREAK_GLASS],
    examples: ['remove redis'],
    impact: 'destructive',
  },
  ...RUN_COMMANDS,
  {
    verb: 'locks',
    summary: 'Show who holds which lock, since when, and who waits',
    arguments: [],
    flags: [],
    examples: ['locks'],
    impact: 'none',
  },
  {
    verb: 'lock',
    summary: 'Keep runs off a cluster while you work on it by hand',
    arguments: [LOCK, REASON],
    flags: [],
    examples: ['lock redis disk of redis-02 is being replaced'],
    impact: 'safe',
  },
  {
    verb: 'unlock',
    summary: 'Give back a lock that you took',
    arguments: [LOCK],
    flags: [],
    examples: ['unlock redis'],
    impact: 'safe',
  },
  {
    verb: 'steal',
    summary: 'Take a lock away from whoever holds it, after approval',
    arguments: [LOCK, REASON],
    flags: [],
    examples: ['steal redis the worker that held it burnt down'],
    impact: 'disruptive',
  },
  {
    verb: 'enroll',
    summary: "Learn and pin a new or rebuilt host's SSH key",
    arguments: [HOST],
    flags: [CODE, BREAK_GLASS],
    examples: ['enroll redis-03'],
    impact: 'disruptive',
  },
  {
    verb: 'reboot',
    summary: 'Reboot a host in order, through Hetzner, and see that it and its modules come back',
    arguments: [HOST],
    flags: [CODE, BREAK_GLASS],
    examples: ['reboot redis-02'],
    impact: 'disruptive',
  },
  {
    verb: 'reset',
    summary: "Pull a host's plug and put it back, through Hetzner: for one that hangs; what it has not written is lost",
    arguments: [HOST],
    flags: [CODE, BREAK_GLASS],
    examples: ['reset redis-02'],
    impact: 'destructive',
  },
  {
    verb: 'poweron',
    summary: 'Turn on a host that is off, through Hetzner, and see that it comes back',
    arguments: [HOST],
    flags: [CODE, BREAK_GLASS],
    examples: ['poweron db-master-01'],
    impact: 'disruptive',
  },
  ...ALERT_COMMANDS,
  ...GOVERNANCE_COMMANDS,
];

/** The definition of a verb. */
export function specOf(verb: CommandVerb): CommandSpec {
  const spec = COMMANDS.find((candidate) => candidate.verb === verb);
  if (spec !== undefined) return spec;
  throw new DefectError(`The verb ${verb} has no definition.`, {
    code: 'KEYBUZZ_VERB_UNDEFINED',
    fix: 'Define it in COMMANDS.',
  });
}

/** How to type it: `logs <run> [<step>] [<host>]`, `runs [--open] [--limit <n>]`. */
export function usageOf(spec: CommandSpec): string {
  const words = spec.arguments.map(({ name, kind, isOptional }) => {
    const shown = ['filter', 'planned-verb', 'choice'].includes(kind) ? name : `<${name}>`;
    return isOptional ? `[${shown}]` : shown;
  });
  const values = { switch: '', number: ' <n>', word: ' <..>', text: ' <reason...>' };
  const flags = spec.flags.map(({ name, kind }) => `[--${name}${values[kind]}]`);
  return [spec.verb, ...words, ...flags].join(' ');
}
