import { CommandError } from '../errors.ts';
import type { Wording } from '../language/index.ts';
import type { Module } from '../modules/contract.ts';
import { COMMAND_VERBS, type CommandSpec, type CommandVerb } from './command-spec.ts';
import { COMMANDS, specOf, usageOf } from './definitions.ts';
import { howToBeMapped, mayEver, mayEverApprove, type Actor } from './policy.ts';
import type { Policy } from './policy-schema.ts';
import type { Reply, UsageLine } from './reply.ts';

type HelpReply = Extract<Reply, { kind: 'help' }>;

const DECISION_VERBS: readonly CommandVerb[] = ['approve', 'deny', 'review'];
/** Allowed to whoever may use the verb of the run in question, beside whom a rule grants it to. */
const STEERING_VERBS: readonly CommandVerb[] = ['cancel', 'resume', 'abandon'];
const CHANGING_VERBS: readonly CommandVerb[] = [
  'deploy',
  'failover',
  'drill',
  'test',
  'migrate',
  'remove',
  'steal',
  'enroll',
  'reboot',
  'reset',
  'poweron',
];

/** True when the module has it: status is the same for all, and plan shows what a deployment would do. */
function offers(module: Module, verb: CommandVerb): boolean {
  return verb === 'status' || module.verbs.some((one) => one === (verb === 'plan' ? 'deploy' : verb));
}

/** True when there is anything to use it on: a verb of modules that no module has is not offered. */
export function isOffered(spec: CommandSpec, modules: readonly Module[]): boolean {
  const isOfModules = spec.arguments.some(({ kind }) => kind === 'module');
  return !isOfModules || modules.some((module) => offers(module, spec.verb));
}

function mayUse(policy: Policy, actor: Actor, verb: CommandVerb): boolean {
  if (DECISION_VERBS.includes(verb)) return mayEverApprove(policy, actor);
  if (STEERING_VERBS.includes(verb)) {
    return [verb, ...CHANGING_VERBS].some((changing) => mayEver(policy, actor, changing));
  }
  return mayEver(policy, actor, verb);
}

/** Who asks for help about what there is, and in which language. */
export interface Reader {
  policy: Policy;
  actor: Actor;
  modules: readonly Module[];
  say: Wording;
}

/** The commands somebody may use on anything at all: what they may not do is not shown. */
export function usable({ policy, actor, modules, say }: Reader): UsageLine[] {
  return COMMANDS.filter((spec) => isOffered(spec, modules) && mayUse(policy, actor, spec.verb)).map((spec) => ({
    usage: usageOf(spec),
    summary: say.verbs[spec.verb],
  }));
}

function argumentNotes(spec: CommandSpec, say: Wording): string[] {
  return [
    ...spec.arguments.map(({ name, summary }) => `\`${name}\`${say.colon}${summary(say)}.`),
    ...spec.flags.map(({ name, summary }) => `\`--${name}\`${say.colon}${summary(say)}.`),
  ];
}

function verbHelp({ policy, actor, modules, say }: Reader, verb: CommandVerb): HelpReply {
  const spec = specOf(verb);
  const lines = [{ usage: usageOf(spec), summary: say.verbs[verb] }];
  const examples = say.help.examples(spec.examples.map((example) => `\`${example}\``).join(', '));
  const denied = mayUse(policy, actor, verb) ? [] : [say.help.notYours];
  const missing = isOffered(spec, modules) ? [] : [say.help.notOffered];
  return {
    kind: 'help',
    title: verb,
    lines,
    notes: [...argumentNotes(spec, say), examples, say.help.impact[spec.impact], ...missing, ...denied],
  };
}

function moduleHelp({ policy, actor, say }: Reader, module: Module): HelpReply {
  const offered = COMMANDS.filter(
    ({ verb, arguments: given }) =>
      given.some(({ kind }) => kind === 'module') && offers(module, verb) && mayUse(policy, actor, verb),
  );
  return {
    kind: 'help',
    title: say.titled(`${module.name}: ${module.title}`),
    lines: offered.map(({ verb }) => ({ usage: `${verb} ${module.name}`, summary: say.verbs[verb] })),
    notes: module.checks.map(({ id, title, criterion }) =>
      say.help.checkPasses(`\`${id}\``, say.titled(title), say.criterion(criterion)),
    ),
  };
}

/** Help about everything they may do, a verb, a module, or both when they share a name. */
export function help(topic: string, reader: Reader): HelpReply {
  const { actor, modules, say } = reader;
  const verb = COMMAND_VERBS.find((candidate) => candidate === topic);
  const module = modules.find(({ name }) => name === topic);
  const ofVerb = verb === undefined ? [] : [verbHelp(reader, verb)];
  const ofModule = module === undefined ? [] : [moduleHelp(reader, module)];
  const [first, second] = [...ofVerb, ...ofModule];
  // `inventory` is a verb and a module.
  if (first !== undefined && second !== undefined) {
    return { ...first, lines: [...first.lines, ...second.lines], notes: [...first.notes, ...second.notes] };
  }
  if (first !== undefined) return first;
  if (topic !== '') {
    throw new CommandError((words) => words.help.noTopic(topic), {
      code: 'KEYBUZZ_TOPIC_UNKNOWN',
      fix: (words) => words.help.showsAll,
    });
  }
  const names = modules.map(({ name, title }) => `\`${name}\` (${say.titled(title)})`).join(', ');
  return {
    kind: 'help',
    title: 'KeyBuzz',
    lines: usable(reader),
    notes: [
      ...(actor.isMapped || actor.roles.length > 0 ? [] : [howToBeMapped(actor)(say)]),
      say.help.modules(names),
      say.help.tellsMore,
    ],
  };
}
