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
    arguments: [TOPIC],
    flags: [],
    examples: ['help', 'help deploy'],
    impact: 'none',
  },
  {
    verb: 'whoami',
    arguments: [],
    flags: [],
    examples: ['whoami'],
    impact: 'none',
  },
  {
    verb: 'status',
    arguments: [MODULE],
    flags: [],
    examples: ['status redis'],
    impact: 'none',
  },
  {
    verb: 'inventory',
    arguments: [FILTER],
    flags: [],
    examples: ['inventory', 'inventory role=db', 'inventory stack=haproxy', 'inventory redis-01'],
    impact: 'none',
  },
  {
    verb: 'validate',
    arguments: [],
    flags: [],
    examples: ['validate'],
    impact: 'none',
  },
  {
    verb: 'plan',
    arguments: [PLANNED, MODULE_OR_ALL],
    flags: [PRUNE],
    examples: ['plan redis', 'plan deploy redis', 'plan failover redis', 'plan all'],
    impact: 'none',
  },
  {
    verb: 'deploy',
    arguments: [MODULE_OR_ALL],
    flags: [
      PRUNE,
      CODE,
      {
        name: 'override',
        kind: 'text',
        summary: (say) => say.parameters.override,
        notWith: { name: BREAK_GLASS.name, why: (say) => say.grammar.overrideAsks },
      },
      BREAK_GLASS,
    ],
    examples: ['deploy redis', 'deploy all', 'deploy redis --override NTP is being moved'],
    impact: 'disruptive',
  },
  {
    verb: 'failover',
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
    arguments: [MODULE],
    flags: [],
    examples: ['drill redis'],
    impact: 'disruptive',
  },
  {
    verb: 'test',
    arguments: [MODULE],
    flags: [],
    examples: ['test redis'],
    impact: 'safe',
  },
  {
    verb: 'migrate',
    arguments: [MODULE],
    flags: [CODE, BREAK_GLASS],
    examples: ['migrate postgresql'],
    impact: 'disruptive',
  },
  {
    verb: 'remove',
    arguments: [MODULE],
    flags: [CODE, BREAK_GLASS],
    examples: ['remove redis'],
    impact: 'destructive',
  },
  ...RUN_COMMANDS,
  {
    verb: 'locks',
    arguments: [],
    flags: [],
    examples: ['locks'],
    impact: 'none',
  },
  {
    verb: 'lock',
    arguments: [LOCK, REASON],
    flags: [],
    examples: ['lock redis disk of redis-02 is being replaced'],
    impact: 'safe',
  },
  {
    verb: 'unlock',
    arguments: [LOCK],
    flags: [],
    examples: ['unlock redis'],
    impact: 'safe',
  },
  {
    verb: 'steal',
    arguments: [LOCK, REASON],
    flags: [],
    examples: ['steal redis the worker that held it burnt down'],
    impact: 'disruptive',
  },
  {
    verb: 'enroll',
    arguments: [HOST],
    flags: [CODE, BREAK_GLASS],
    examples: ['enroll redis-03'],
    impact: 'disruptive',
  },
  {
    verb: 'reboot',
    arguments: [HOST],
    flags: [CODE, BREAK_GLASS],
    examples: ['reboot redis-02'],
    impact: 'disruptive',
  },
  {
    verb: 'reset',
    arguments: [HOST],
    flags: [CODE, BREAK_GLASS],
    examples: ['reset redis-02'],
    impact: 'destructive',
  },
  {
    verb: 'poweron',
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
