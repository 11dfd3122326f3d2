import { BusyError, RefusedError } from '../errors.ts';
import { inWords, type Told, type Wording } from '../language/index.ts';
import {
  abandonEvent,
  approvalEvent,
  cancelEvent,
  denialEvent,
  heldBySomeoneElse,
  resumeEvent,
  reviewEvent,
} from '../jobs/decisions.ts';
import type { LockInfo } from '../jobs/engine.ts';
import { notFrozen } from '../jobs/freeze.ts';
import type { EventBody } from '../jobs/events.ts';
import type { RunState } from '../jobs/state.ts';
import { isChange } from '../modules/contract.ts';
import { modulesOf } from '../modules/stages.ts';
import { wishOnAlert } from './alerts.ts';
import { textOf, type Command } from './grammar.ts';
import { wishToFreeze } from './governance.ts';
import { wishOnLock } from './lock-names.ts';
import { breakGlassOf, planOf, type PlannedCommand } from './plan.ts';
import { approvalsOf, approversOf, gateFor, grantOf, shownNames, type Actor, type Wish } from './policy.ts';
import type { Explanation } from './reply.ts';
import { findRun } from './runs.ts';
import { goesOn, refuseInStandstill } from './standstill.ts';
import { refusalOfApproval, refusalOfBreakGlass, WISH_FOR_TOTP, whoseTotp } from './totp.ts';
import { authorise, authoriseAll, authoriseBreakGlass, authoriseDecision, type Turn } from './turn.ts';

const allow = (sentence: string): Explanation => ({ decision: 'allowed', sentence, fix: '', code: '' });

/** "Tom Girard may deploy redis: rule 2 grants it to operator." */
function grantSentence(turn: Turn, actor: Actor, wishes: readonly Wish[], what: Told): string {
  const { now, say } = turn;
  const grants = [...new Set(wishes.map((wish) => inWords(grantOf(now, actor, wish), say)))];
  return say.policy.may(actor.person.name, inWords(what, say), grants.join('; '));
}

async function explainRead(turn: Turn, wishes: readonly Wish[], what: Told): Promise<Explanation> {
  return allow(grantSentence(turn, await authoriseAll(turn, wishes, what), wishes, what));
}

function shownTime(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds / 60} min`;
}

function lockSentence({ lock, run, owner, since, reason }: LockInfo, { policy }: Wording): string {
  return policy.wouldWait(lock, run === '' ? owner : policy.runOf(run, owner), since, reason);
}

async function explainPlanned(turn: Turn, command: PlannedCommand): Promise<Explanation> {
  const { say } = turn;
  const { plan, previewOnly, wishes } = planOf(command, turn);
  const what = textOf(command);
  const actor = await authoriseAll(turn, wishes, what);
  const granted = grantSentence(turn, actor, wishes, what);
  const { approvals, expiresAfterSeconds } = gateFor(turn.now, plan);
  if (breakGlassOf(command) !== undefined) {
    await authoriseBreakGlass(turn, plan);
    const missing = refusalOfBreakGlass(turn, command);
    if (missing !== undefined) throw missing;
    return allow(`${granted} ${say.policy.breaksGlass}`);
  }
  if (previewOnly || !plan.steps.some(isChange)) return allow(granted);
  await refuseInStandstill(turn, { command: what, verb: command.verb });
  const held = (await turn.engine.locks()).find(({ lock }) => plan.locks.includes(lock));
  const waiting = held === undefined ? [] : [lockSentence(held, say)];
  if (approvals === 0) {
    const sentence = [granted, say.policy.noApproval, ...waiting].join(' ');
    return { ...allow(sentence), decision: held === undefined ? 'allowed' : 'waits' };
  }
  const by = shownNames(
    turn.now,
    approvalsOf(plan).flatMap((wish) => approversOf(turn.now, wish)),
  ).join(', ');
  const gate = say.policy.needs(approvals, by, shownTime(expiresAfterSeconds));
  return { ...allow([granted, gate, ...waiting].join(' ')), decision: 'approval' };
}

type DecisionCommand = Extract<Command, { verb: 'approve' | 'deny' | 'cancel' | 'resume' | 'abandon' | 'review' }>;

/** The event that the decision would become; undefined: it was made already. Throws RefusedError. */
function eventOf(state: RunState, command: DecisionCommand, actor: Actor, nowMs: number): EventBody | undefined {
  const decision = { runId: state.runId, person: actor.person, via: actor.via, interaction: '' };
  switch (command.verb) {
    case 'approve':
      return approvalEvent(state, decision, nowMs);
    case 'deny':
      return denialEvent(state, { ...decision, reason: command.reason }, nowMs);
    case 'cancel':
      return cancelEvent(state, decision);
    case 'resume':
      return resumeEvent(state, decision);
    case 'abandon':
      return abandonEvent(state, decision);
    case 'review':
      return reviewEvent(state, { ...decision, note: command.note });
  }
}

async function explainDecision(turn: Turn, command: DecisionCommand): Promise<Explanation> {
  const state = await findRun(turn.engine, command.run);
  const actor = await authoriseDecision(turn, state, command.verb);
  if (goesOn(command.verb, state)) await refuseInStandstill(turn, { command: textOf(command), verb: command.verb });
  const { policy, states } = turn.say;
  const what = policy.doing.decide(command.verb, state.plan.title, state.runId);
  if (eventOf(state, command, actor, turn.engine.nowMs()) === undefined) {
    return allow(policy.decidedAlready(actor.person.name, what));
  }
  const missing = command.verb === 'approve' ? refusalOfApproval(turn, state, command) : undefined;
  if (missing !== undefined) throw missing;
  const isVote = ['approve', 'deny', 'review'].includes(command.verb);
  const by = isVote ? policy.grants.votes(states.impact[state.gate.impact]) : policy.grants.steers;
  return allow(policy.may(actor.person.name, what, by));
}

async function explainLock(turn: Turn, command: Extract<Command, { verb: 'lock' | 'unlock' }>): Promise<Explanation> {
  const { verb, lock } = command;
  const what = `${verb} ${lock}`;
  const wish = wishOnLock(verb, lock, turn);
  const actor = await authorise(turn, wish, what);
  const holder = (await turn.engine.locks()).find((one) => one.lock === lock);
  if (holder !== undefined && (holder.run !== '' || holder.ownerId !== actor.person.id))
    throw heldBySomeoneElse(holder);
  return allow(grantSentence(turn, actor, [wish], what));
}

async function explainSwitch(turn: Turn, verb: 'freeze' | 'unfreeze'): Promise<Explanation> {
  const wish = wishToFreeze(verb);
  const actor = await authorise(turn, wish, verb);
  if (verb === 'unfreeze' && (await turn.engine.frozen()) === undefined) throw notFrozen();
  return allow(grantSentence(turn, actor, [wish], verb));
}

async function explainRunRead(turn: Turn, command: Extract<Command, { verb: 'show' | 'logs' }>): Promise<Explanation> {
  const { plan } = await findRun(turn.engine, command.run);
  const modules = modulesOf(plan);
  const wishes = (modules.length === 0 ? [''] : modules).map((module) => ({ verb: command.verb, module, targets: [] }));
  return explainRead(turn, wishes, textOf(command));
}

async function explainTotp(turn: Turn, command: Extract<Command, { verb: 'totp' }>): Promise<Explanation> {
  if (command.what !== 'forget') return explainRead(turn, [WISH_FOR_TOTP], ({ policy }) => policy.doing.totp);
  const { whose, actor } = await whoseTotp(turn, command);
  const { doing, grants, may } = turn.say.policy;
  return allow(may(actor.person.name, doing.forgetCodes(whose.person.name), grants.resets));
}

function explainAllowed(turn: Turn, command: Command): Promise<Explanation> {
  switch (command.verb) {
    case 'help':
    case 'whoami':
    case 'inventory':
    case 'runs':
    case 'locks':
    case 'alerts':
    case 'digest':
    case 'policy':
    case 'reviews':
    case 'audit':
      return explainRead(
        turn,
        [{ verb: command.verb, module: undefined, targets: [] }],
        turn.say.policy.doing[command.verb],
      );
    case 'show':
    case 'logs':
      return explainRunRead(turn, command);
    case 'totp':
      return explainTotp(turn, command);
    case 'freeze':
    case 'unfreeze':
      return explainSwitch(turn, command.verb);
    case 'lock':
    case 'unlock':
      return explainLock(turn, command);
    case 'ack':
    case 'silence':
    case 'unsilence':
      return explainRead(turn, [wishOnAlert(turn, command.verb, command.alert)], `${command.verb} ${command.alert}`);
    case 'approve':
    case 'deny':
    case 'cancel':
    case 'resume':
    case 'abandon':
    case 'review':
      return explainDecision(turn, command);
    default:
      return explainPlanned(turn, command);
  }
}

/**
 * What would come of a command if the turn's actor gave it now; nothing is done. It asks the very questions that carrying
 * it out asks, in the same order. Throws CommandError where the command makes no sense, whoever gives it.
 */
export async function explain(turn: Turn, command: Command): Promise<Explanation> {
  try {
    return await explainAllowed(turn, command);
  } catch (error) {
    if (!(error instanceof RefusedError || error instanceof BusyError)) throw error;
    const { message: sentence, fix } = error.told(turn.say);
    return { decision: 'refused', sentence, fix, code: error.code };
  }
}
