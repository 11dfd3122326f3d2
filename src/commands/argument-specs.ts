import { ALL, PLANNED_VERBS, type ArgumentSpec, type FlagSpec } from './command-spec.ts';

/** The same argument, which may be left out. */
export const optional = (argument: ArgumentSpec): ArgumentSpec => ({ ...argument, isOptional: true });

export const MODULE: ArgumentSpec = {
  name: 'module',
  kind: 'module',
  isOptional: false,
  summary: 'the name of a module',
};
export const MODULE_OR_ALL: ArgumentSpec = {
  ...MODULE,
  name: `module|${ALL}`,
  takesAll: true,
  summary: `the name of a module, or ${ALL} for every one in its order`,
};
export const HOST: ArgumentSpec = { name: 'host', kind: 'host', isOptional: false, summary: 'the name of a host' };
export const RUN: ArgumentSpec = {
  name: 'run',
  kind: 'run',
  isOptional: false,
  summary: 'the id of a run, such as lusab-babad',
};
export const STEP: ArgumentSpec = { name: 'step', kind: 'word', isOptional: false, summary: 'the id of a step' };
export const LOG_HOST: ArgumentSpec = { ...HOST, kind: 'word' };
export const PERSON: ArgumentSpec = {
  name: 'person',
  kind: 'person',
  isOptional: false,
  summary: 'a key under people in policy.yaml, a Slack user, or login:<name>',
};
export const TOPIC: ArgumentSpec = { name: 'verb', kind: 'topic', isOptional: true, summary: 'a verb or a module' };
export const FILTER: ArgumentSpec = {
  name: 'role=..|subrole=..|stack=..|host',
  kind: 'filter',
  isOptional: true,
  summary: 'show only these hosts; several narrow it down',
};
export const PLANNED: ArgumentSpec = {
  name: PLANNED_VERBS.join('|'),
  kind: 'planned-verb',
  isOptional: true,
  summary: 'what to plan; deploy when left out',
};
export const REASON: ArgumentSpec = {
  name: 'reason...',
  kind: 'text',
  isOptional: false,
  summary: 'why, in your words',
};
/** Of modules that know what is not theirs. */
export const PRUNE: FlagSpec = {
  name: 'prune',
  kind: 'switch',
  summary: 'also take away what is there and not ours (lb)',
};
/** Of modules whose primary can be promoted when the host of the old one is lost. */
export const EMERGENCY: FlagSpec = {
  name: 'emergency',
  kind: 'word',
  summary:
    'the host of a primary that is lost: it is turned off through Hetzner, then the best replica is promoted (postgresql)',
};
/** Of verbs that somebody may need alone at night. */
export const BREAK_GLASS: FlagSpec = {
  name: 'break-glass',
  kind: 'text',
  summary:
    'go ahead alone, without approval and in a freeze, and why; the ops channel is told, somebody else reviews it',
};
/** Of what the policy may ask a one-time code for. */
export const CODE: FlagSpec = {
  name: 'code',
  kind: 'word',
  summary: 'a one-time code of your app, where policy.yaml asks for one under totp; `totp enrol` makes them',
};
export const LOCK: ArgumentSpec = { name: 'lock', kind: 'lock', isOptional: false, summary: 'the name of a lock' };
