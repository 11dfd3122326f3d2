import { wordingOf } from '../language/index.ts';
import { select } from '../inventory.ts';
import { isChange } from '../modules/contract.ts';
import { modulesOf } from '../modules/stages.ts';
import type { Origin } from '../jobs/events.ts';
import type { RunState } from '../jobs/state.ts';
import { handleAlerts } from './alerts.ts';
import { handleAudit } from './audit.ts';
import { handleGovernance } from './governance.ts';
import { parse, textOf, vocabularyOf, type Command } from './grammar.ts';
import { explainFor } from './explain-for.ts';
import { approversBeside } from './group-roles.ts';
import { introduce } from './introduce.ts';
import { wishOnLock } from './lock-names.ts';
import { breakGlassOf, hashPlan, planOf, type PlannedCommand } from './plan.ts';
import { approvalsOf, gateFor, personOfLogin, personOfSlack, type Actor } from './policy.ts';
import type { Reply } from './reply.ts';
import { chooseLog, findRun } from './runs.ts';
import { goesOn, refuseInStandstill, standstillNow } from './standstill.ts';
import { checkApprovalCode, checkBreakGlassCode, handleTotp } from './totp.ts';
import {
  authorise,
  authoriseAll,
  authoriseBreakGlass,
  authoriseDecision,
  type Caller,
  type ExecuteDeps,
  type Turn,
} from './turn.ts';

/** Carries out one command. Throws KeybuzzError: CommandError, RefusedError, ConfigError, ExternalError. */
export type Execute = (text: string, caller: Caller) => Promise<Reply>;

async function startPlanned(turn: Turn, command: PlannedCommand): Promise<Reply> {
  const { plan, previewOnly, wishes } = planOf(command, turn);
  const text = textOf(command);
  const actor = await authoriseAll(turn, wishes, text);
  const reason = breakGlassOf(command);
  const isChanging = !previewOnly && plan.steps.some(isChange);
  if (reason !== undefined) await checkBreakGlassCode(turn, command, await authoriseBreakGlass(turn, plan));
  else if (isChanging) await refuseInStandstill(turn, { command: text, verb: command.verb });
  const { caller } = turn;
  const { thread } = caller;
  const origin: Origin = {
    via: caller.identity.via,
    channel: caller.channel,
    ...(thread === undefined ? {} : { thread }),
  };
  const demanded = gateFor(turn.now, plan);
  const gate = reason === undefined ? demanded : { ...demanded, approvals: 0 };
  const started = await turn.engine.startRun({
    command: text,
    plan,
    planHash: hashPlan(plan),
    gate,
    person: actor.person,
    origin,
    interaction: caller.interaction,
    previewOnly,
    ...(reason === undefined ? {} : { breakGlass: { reason } }),
  });
  const warnings = previewOnly ? [] : await quorumWarnings(turn, actor, started.state);
  return { kind: 'started', ...started, ...(warnings.length === 0 ? {} : { warnings }) };
}

/** Said at once: otherwise somebody waits until the prompt expires. */
async function quorumWarnings({ now, directory, say }: Turn, requester: Actor, run: RunState): Promise<string[]> {
  const { approvals } = run.gate;
  if (approvals === 0) return [];
  const counted = await Promise.all(
    approvalsOf(run.plan).map((wish) => approversBeside(now, wish, requester, directory)),
  );
  const able = Math.min(...counted.map((count) => count ?? Infinity));
  if (able >= approvals) return [];
  return [say.policy.inVain(approvals, able)];
}

type Decided = Extract<Reply, { kind: 'decided' }>['decision'];
const DECIDED = {
  approve: 'approved',
  deny: 'denied',
  cancel: 'cancelled',
  resume: 'resumed',
  abandon: 'abandoned',
} as const satisfies Record<string, Decided>;

type DecisionCommand = Extract<Command, { verb: keyof typeof DECIDED }>;

async function decide(turn: Turn, command: DecisionCommand): Promise<Reply> {
  const { engine, caller } = turn;
  const run = await findRun(engine, command.run);
  const actor = await authoriseDecision(turn, run, command.verb);
  if (goesOn(command.verb, run)) await refuseInStandstill(turn, { command: textOf(command), verb: command.verb });
  if (command.verb === 'approve') await checkApprovalCode(turn, run, command, actor);
  const decision = {
    runId: run.runId,
    person: actor.person,
    via: caller.identity.via,
    interaction: caller.interaction,
    ...(caller.approval === undefined ? {} : { approval: caller.approval }),
  };
  const state =
    command.verb === 'deny'
      ? await engine.deny({ ...decision, reason: command.reason })
      : await engine[command.verb](decision);
  return { kind: 'decided', state, decision: DECIDED[command.verb] };
}

async function read(turn: Turn, command: Extract<Command, { verb: 'runs' | 'show' | 'logs' }>): Promise<Reply> {
  const { engine } = turn;
  if (command.verb === 'runs') {
    await authorise(turn, { verb: 'runs', module: undefined, targets: [] }, ({ policy }) => policy.doing.runs);
    return { kind: 'runs', runs: await engine.runs({ limit: command.limit, openOnly: command.openOnly }) };
  }
  await authorise(turn, { verb: command.verb, module: undefined, targets: [] }, textOf(command));
  const state = await findRun(engine, command.run);
  const modules = modulesOf(state.plan);
  const wishes = (modules.length === 0 ? [''] : modules).map((module) => ({ verb: command.verb, module, targets: [] }));
  await authoriseAll(turn, wishes, textOf(command));
  if (command.verb === 'show') return { kind: 'run', state, events: await engine.events(state.runId) };
  const { step, host } = chooseLog(state, command.step, command.host);
  return { kind: 'logs', state, step, host, text: await engine.output(state.runId, step, host) };
}

async function handleLock(
  turn: Turn,
  command: Extract<Command, { verb: 'locks' | 'lock' | 'unlock' }>,
): Promise<Reply> {
  const { engine } = turn;
  if (command.verb === 'locks') {
    await authorise(turn, { verb: 'locks', module: undefined, targets: [] }, ({ policy }) => policy.doing.locks);
    const standstill = await standstillNow(engine, turn.now);
    const told = standstill === undefined ? {} : { standstill: standstill.reason(turn.say) };
    return { kind: 'locks', locks: await engine.locks(), ...told };
  }
  const { verb, lock } = command;
  const { interaction } = turn.caller;
  const actor = await authorise(turn, wishOnLock(verb, lock, turn), `${verb} ${lock}`);
  if (verb === 'unlock') {
    await engine.unlock(lock, actor.person, interaction);
    return { kind: 'unlocked', lock };
  }
  const why = { person: actor.person, reason: command.reason, interaction };
  return { kind: 'locked', lock: await engine.lock(lock, why) };
}

async function listInventory(turn: Turn, command: Extract<Command, { verb: 'inventory' }>): Promise<Reply> {
  await authorise(turn, { verb: 'inventory', module: undefined, targets: [] }, ({ policy }) => policy.doing.inventory);
  return { kind: 'inventory', title: textOf(command), hosts: select(turn.inventory, command.selector) };
}

function dispatch(turn: Turn, command: Command): Promise<Reply> {
  switch (command.verb) {
    case 'help':
    case 'whoami':
      return introduce(turn, command);
    case 'inventory':
      return listInventory(turn, command);
    case 'status':
    case 'validate':
    case 'plan':
    case 'deploy':
    case 'failover':
    case 'drill':
    case 'test':
    case 'migrate':
    case 'remove':
    case 'enroll':
    case 'reboot':
    case 'reset':
    case 'poweron':
    case 'steal':
      return startPlanned(turn, command);
    case 'runs':
    case 'show':
    case 'logs':
      return read(turn, command);
    case 'locks':
    case 'lock':
    case 'unlock':
      return handleLock(turn, command);
    case 'alerts':
    case 'ack':
    case 'silence':
    case 'unsilence':
    case 'digest':
      return handleAlerts(turn, command);
    case 'audit':
      return handleAudit(turn, command);
    case 'policy':
      return explainFor(turn, command);
    case 'freeze':
    case 'unfreeze':
    case 'reviews':
    case 'review':
      return handleGovernance(turn, command);
    case 'totp':
      return handleTotp(turn, command);
    case 'approve':
    case 'deny':
    case 'cancel':
    case 'resume':
    case 'abandon':
      return decide(turn, command);
  }
}

/** One way for every door: parse, authorise, plan, then ask jobs/ to do it or to tell. */
export function createExecute(deps: ExecuteDeps): Execute {
  const vocabulary = vocabularyOf(deps.inventory.hosts, deps.modules);
  return async (text, caller) => {
    const now = deps.policy();
    const { identity } = caller;
    const actor =
      identity.via === 'slack'
        ? personOfSlack(now, identity.userId, identity.teamId, identity.homeTeam)
        : personOfLogin(now, identity.login);
    const command = parse(text, vocabulary);
    return await dispatch({ ...deps, now, actor, caller, say: wordingOf(caller.language ?? 'en') }, command);
  };
}

export type { Directory } from './directory.ts';
export { slackGroupsOf } from './group-roles.ts';
export type { Caller, ExecuteDeps, Identity } from './turn.ts';
export type { Reply, UsageLine } from './reply.ts';
export { complete } from './complete.ts';
export type { CommandSpec } from './command-spec.ts';
export { COMMANDS, usageOf } from './definitions.ts';
export { isOffered } from './help.ts';
export { windowStandstill } from './standstill.ts';
export { watchPolicy } from './watch-governance.ts';
export { joinWords } from './words.ts';
