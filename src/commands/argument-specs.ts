import { ALL, PLANNED_VERBS, type ArgumentSpec, type FlagSpec } from './command-spec.ts';

/** The same argument, which may be left out. */
export const optional = (argument: ArgumentSpec): ArgumentSpec => ({ ...argument, isOptional: true });

export const MODULE: ArgumentSpec = {
  name: 'module',
  kind: 'module',
  isOptional: false,
  summary: (say) => say.parameters.module,
};
export const MODULE_OR_ALL: ArgumentSpec = {
  ...MODULE,
  name: `module|${ALL}`,
  takesAll: true,
  summary: (say) => say.parameters.moduleOrAll(ALL),
};
export const HOST: ArgumentSpec = {
  name: 'host',
  kind: 'host',
  isOptional: false,
  summary: (say) => say.parameters.host,
};
export const RUN: ArgumentSpec = {
  name: 'run',
  kind: 'run',
  isOptional: false,
  summary: (say) => say.parameters.run,
};
export const STEP: ArgumentSpec = {
  name: 'step',
  kind: 'word',
  isOptional: false,
  summary: (say) => say.parameters.step,
};
export const LOG_HOST: ArgumentSpec = { ...HOST, kind: 'word' };
export const PERSON: ArgumentSpec = {
  name: 'person',
  kind: 'person',
  isOptional: false,
  summary: (say) => say.parameters.person,
};
export const TOPIC: ArgumentSpec = {
  name: 'verb',
  kind: 'topic',
  isOptional: true,
  summary: (say) => say.parameters.topic,
};
export const FILTER: ArgumentSpec = {
  name: 'role=..|subrole=..|stack=..|host',
  kind: 'filter',
  isOptional: true,
  summary: (say) => say.parameters.filter,
};
export const PLANNED: ArgumentSpec = {
  name: PLANNED_VERBS.join('|'),
  kind: 'planned-verb',
  isOptional: true,
  summary: (say) => say.parameters.planned,
};
export const REASON: ArgumentSpec = {
  name: 'reason...',
  kind: 'text',
  isOptional: false,
  summary: (say) => say.parameters.reason,
};
/** Of modules that know what is not theirs. */
export const PRUNE: FlagSpec = {
  name: 'prune',
  kind: 'switch',
  summary: (say) => say.parameters.prune,
};
/** Of modules whose primary can be promoted when the host of the old one is lost. */
export const EMERGENCY: FlagSpec = {
  name: 'emergency',
  kind: 'word',
  summary: (say) => say.parameters.emergency,
};
/** Of verbs that somebody may need alone at night. */
export const BREAK_GLASS: FlagSpec = {
  name: 'break-glass',
  kind: 'text',
  summary: (say) => say.parameters.breakGlass,
};
/** Of what the policy may ask a one-time code for. */
export const CODE: FlagSpec = {
  name: 'code',
  kind: 'word',
  summary: (say) => say.parameters.code,
};
export const LOCK: ArgumentSpec = {
  name: 'lock',
  kind: 'lock',
  isOptional: false,
  summary: (say) => say.parameters.lock,
};
