import type { RefusedError } from '../errors.ts';
import type { RunState } from '../jobs/state.ts';
import { codeMissing } from '../jobs/totp.ts';
import { approvalEvent } from '../jobs/decisions.ts';
import type { Command } from './command.ts';
import { textOf } from './grammar.ts';
import { glassOf } from './text-of.ts';
import { breakGlassOf, type PlannedCommand } from './plan.ts';
import type { Actor, Wish } from './policy.ts';
import type { Policy } from './policy-schema.ts';
import type { Reply } from './reply.ts';
import { authorise, authoriseTotpReset, type Turn } from './turn.ts';
import { actorFor } from './who-is-meant.ts';

export type TotpCommand = Extract<Command, { verb: 'totp' }>;

/** What codes of one's own are to the policy's rules. */
export const WISH_FOR_TOTP: Wish = { verb: 'totp', module: undefined, targets: [] };

/** True when the policy asks whoever approves this run for a code. */
function takesCode({ totp }: Policy, { gate }: RunState): boolean {
  return totp.impacts.some((impact) => impact === gate.impact);
}

/** The code that a command must bring and does not; undefined: it needs none, or has it. */
function missingCode(command: { code?: string } & Command): RefusedError | undefined {
  if (command.code !== undefined) return undefined;
  const broken = 'breakGlass' in command ? glassOf(command) : '';
  const plain = textOf(command);
  return codeMissing(`${plain.slice(0, plain.length - broken.length)} --code <code>${broken}`);
}

/** Why an approval is refused before a code is looked at; undefined: a code counts now, or none is needed. */
export function refusalOfApproval(
  turn: Turn,
  run: RunState,
  command: Extract<Command, { verb: 'approve' }>,
): RefusedError | undefined {
  return takesCode(turn.now, run) ? missingCode(command) : undefined;
}

/** Takes the code of an approval. What is refused anyway, or decided so already, uses none up. Throws RefusedError. */
export async function checkApprovalCode(
  turn: Turn,
  run: RunState,
  command: Extract<Command, { verb: 'approve' }>,
  actor: Actor,
): Promise<void> {
  const { engine, caller } = turn;
  if (!takesCode(turn.now, run)) return;
  const { person, via } = actor;
  const decision = { runId: run.runId, person, via, interaction: caller.interaction };
  if (approvalEvent(run, decision, engine.nowMs()) === undefined) return;
  const missing = refusalOfApproval(turn, run, command);
  if (missing !== undefined) throw missing;
  await engine.totp.check({ person, code: command.code ?? '', interaction: caller.interaction });
}

/** Why a command that breaks the glass is refused before a code is looked at. */
export function refusalOfBreakGlass({ now }: Turn, command: PlannedCommand): RefusedError | undefined {
  return breakGlassOf(command) !== undefined && now.totp.breakGlass ? missingCode(command) : undefined;
}

/** Takes the code of whoever breaks the glass. Throws RefusedError. */
export async function checkBreakGlassCode(turn: Turn, command: PlannedCommand, { person }: Actor): Promise<void> {
  if (breakGlassOf(command) === undefined || !turn.now.totp.breakGlass) return;
  const missing = refusalOfBreakGlass(turn, command);
  if (missing !== undefined) throw missing;
  const code = 'code' in command ? (command.code ?? '') : '';
  await turn.engine.totp.check({ person, code, interaction: turn.caller.interaction });
}

/** Whom `totp forget` is about, once the asker may do that to them. Throws RefusedError. */
export async function whoseTotp(turn: Turn, command: TotpCommand): Promise<{ whose: Actor; actor: Actor }> {
  const whose = actorFor(turn, command.word);
  const actor = await authoriseTotpReset(turn, whose);
  return { whose, actor };
}

/** Enrols somebody for one-time codes, or forgets somebody else's. */
export async function handleTotp(turn: Turn, command: TotpCommand): Promise<Reply> {
  const { engine, caller } = turn;
  if (command.what === 'forget') {
    const { whose, actor } = await whoseTotp(turn, command);
    await engine.totp.forget(whose.person, actor.person, caller.interaction);
    return { kind: 'totp', did: 'forget', person: whose.person };
  }
  const { person } = await authorise(turn, WISH_FOR_TOTP, ({ policy }) => policy.doing.totp);
  const shown = { person, interaction: caller.interaction };
  if (command.what === 'confirm') {
    await engine.totp.confirm({ ...shown, code: command.word });
    return { kind: 'totp', did: 'confirm', person };
  }
  return { kind: 'totp-enrol', person, ...(await engine.totp.enrol({ ...shown, code: command.code ?? '' })) };
}
