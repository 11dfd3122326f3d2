import type { Inventory } from '../inventory.ts';
import type { Engine } from '../jobs/engine.ts';
import type { RunState } from '../jobs/state.ts';
import { RefusedError } from '../errors.ts';
import { inWords, type Language, type Told, type Wording } from '../language/index.ts';
import { gravestImpact, isChange, type Module, type Plan, type ScriptHash } from '../modules/contract.ts';
import { BOT_ITSELF, targetsOfStep } from '../modules/step-hosts.ts';
import { stagesOf, stepsOfStage } from '../modules/stages.ts';
import type { Directory, Freshness } from './directory.ts';
import { allowed, type Question } from './group-roles.ts';
import {
  approvalsOf,
  approversOf,
  grants,
  mayApproveAll,
  mayBreakGlass,
  mayResetTotp,
  mayRun,
  READING_VERBS,
  type Actor,
  type Wish,
} from './policy.ts';
import type { Policy } from './policy-schema.ts';

/** Who is at the door: Slack says so with its signature, the terminal with the login user. */
export type Identity =
  | {
      via: 'slack';
      userId: string;
      teamId: string;
      /** The workspace the bot is installed in; left out: that of whoever asks. */
      homeTeam?: string;
    }
  | { via: 'terminal'; login: string };

/** Everything about a command but its text. */
export interface Caller {
  identity: Identity;
  /** Slack channel it was typed in; empty in the terminal. */
  channel: string;
  /** Ts of the Slack thread it was asked in. */
  thread?: string;
  /** Unique per interaction, so that one delivered twice does its work once. */
  interaction: string;
  /** The approval that was on the button they clicked: a newer one must not be decided by it. */
  approval?: string;
  /** What sentences in the reply are told in; left out: English. */
  language?: Language;
}

export interface ExecuteDeps {
  engine: Engine;
  inventory: Inventory;
  /** The policy as it is now; may throw ConfigError. */
  policy: () => Policy;
  modules: readonly Module[];
  hashOf: ScriptHash;
  /** Who is in Slack's user groups; undefined where Slack can't be asked. */
  directory?: Directory | undefined;
}

/** One command on its way through. */
export interface Turn extends ExecuteDeps {
  now: Policy;
  actor: Actor;
  caller: Caller;
  /** What sentences in the reply are told in. */
  say: Wording;
  /** True where it is only asked what would be allowed: then Slack's user groups of a minute ago are good enough. */
  isMerelyAsked?: boolean;
}

/** A user group of a minute ago is good enough for what changes nothing. */
function freshnessFor(verb: string): Freshness {
  return READING_VERBS.includes(verb) ? 'recent' : 'now';
}

/** Whether a rule lets them do it. */
function mayDo({ now }: Turn, wish: Wish): Question {
  return { judge: (actor) => mayRun(now, actor, wish), who: grants(now, wish) };
}

/** Gives the actor as whom it is allowed; throws RefusedError. */
export function authorise(turn: Turn, wish: Wish, what: Told): Promise<Actor> {
  return authoriseAll(turn, [wish], what);
}

/** Like `authorise`, for a command that is several wishes: each must be allowed. */
export function authoriseAll(turn: Turn, wishes: readonly Wish[], what: Told): Promise<Actor> {
  const how = wishes.every(({ verb }) => freshnessFor(verb) === 'recent') ? 'recent' : 'now';
  return judged(turn, everyOf(wishes.map((wish) => mayDo(turn, wish))), what, how);
}

function judged(turn: Turn, question: Question, what: Told, how: Freshness): Promise<Actor> {
  return allowed(turn.now, turn.actor, {
    what,
    question,
    asking: { directory: turn.directory, how: turn.isMerelyAsked === true ? 'recent' : how },
  });
}

/** What a run is to the policy's rules: each module that it changes something of, or what it asks. */
function wishesOf({ plan }: RunState): Wish[] {
  const { verb } = plan;
  const stages = stagesOf(plan).map((stage) => ({ module: stage.module, steps: stepsOfStage(plan, stage) }));
  const changing = stages.filter(({ steps }) => steps.some(isChange));
  const meant = changing.length === 0 ? [{ module: plan.module, steps: plan.steps }] : changing;
  return meant.map(({ module, steps }) => {
    const targets = [...new Set(steps.flatMap(targetsOfStep))].filter((host) => host !== BOT_ITSELF);
    return { verb, module, targets };
  });
}

/** All of the questions, in one: the first that is not allowed is the answer. */
function everyOf(questions: readonly Question[]): Question {
  return {
    judge: (actor) =>
      questions.map(({ judge }) => judge(actor)).find(({ isAllowed }) => !isAllowed) ?? { isAllowed: true },
    who: [...new Set(questions.flatMap(({ who }) => who))],
  };
}

/**
 * Gives the actor whose decision on the run counts; throws RefusedError. Approving and denying go by the requirement of
 * its impact, and so does reviewing what broke the glass. Steering is for whoever may start such a run, and for whom a rule grants the steering itself. Slack's user
 * groups are asked anew.
 */
export function authoriseDecision(turn: Turn, run: RunState, verb: string): Promise<Actor> {
  const what: Told = (say) => say.policy.doing.decide(verb, run.plan.title, run.runId);
  if (verb === 'approve' || verb === 'deny' || verb === 'review') {
    const wishes = approvalsOf(run.plan);
    const who = wishes.flatMap((wish) => approversOf(turn.now, wish));
    return judged(turn, { judge: (actor) => mayApproveAll(turn.now, actor, wishes), who }, what, 'now');
  }
  const wishes = wishesOf(run);
  const starting = everyOf(wishes.map((wish) => mayDo(turn, wish)));
  const steering = everyOf(wishes.map((wish) => mayDo(turn, { ...wish, verb })));
  const judge = (actor: Actor) => {
    const verdict = starting.judge(actor);
    return verdict.isAllowed || !steering.judge(actor).isAllowed ? verdict : steering.judge(actor);
  };
  return judged(turn, { judge, who: [...starting.who, ...steering.who] }, what, 'now');
}

/**
 * Gives the actor who may go ahead alone with a plan: whom the policy lists for it, up to the impact it allows. Throws
 * RefusedError. That they may use the verb at all is another question.
 */
export function authoriseBreakGlass(turn: Turn, plan: Plan): Promise<Actor> {
  const { by, upTo } = turn.now.breakGlass;
  const what: Told = (say) => say.policy.doing.breakGlass(plan.title);
  if (upTo === 'disruptive' && gravestImpact(plan.steps) === 'destructive') {
    throw new RefusedError((say) => say.policy.nobodyBreaks(inWords(what, say)), {
      code: 'KEYBUZZ_NOT_ALLOWED',
      fix: (say) => say.policy.withoutGlass,
    });
  }
  return judged(turn, { judge: (actor) => mayBreakGlass(turn.now, actor), who: by }, what, 'now');
}

/** Gives the actor who may have somebody else's one-time codes forgotten; throws RefusedError, also for one's own. */
export async function authoriseTotpReset(turn: Turn, whose: Actor): Promise<Actor> {
  const what: Told = (say) => say.policy.doing.forgetCodes(whose.person.name);
  const { resetBy } = turn.now.totp;
  const actor = await judged(turn, { judge: (one) => mayResetTotp(turn.now, one), who: resetBy }, what, 'now');
  if (actor.person.id !== whose.person.id) return actor;
  throw new RefusedError((say) => say.policy.notOwnCodes, {
    code: 'KEYBUZZ_NOT_ALLOWED',
    fix: (say) => say.policy.newCodes,
  });
}
