import type { KnownBlock } from '@slack/types';
import { english, type Wording } from '../../language/index.ts';
import type { ApprovalState, RunState } from '../../jobs/index.ts';
import { changeCount } from './changes.ts';
import { checkMatrix } from './checks.ts';
import { changesByPart } from './stages.ts';
import { fitLines, line, mention, section, SECTION_CHARS_MAX, time } from './text.ts';

/** "Approved by @anna (Slack, today 10:02)" for each who did. */
function votes(approval: ApprovalState, say: Wording): string {
  const shown = approval.given.map((vote) => `${mention(vote.person)} ${time(vote.at)}, ${line(vote.via, 20)}`);
  return fitLines(shown, 800, 'approval', say).join('; ');
}

function pendingText(state: RunState, approval: ApprovalState, say: Wording): string {
  const missing = Math.max(approval.needed - approval.given.length, 1);
  const given = approval.given.length === 0 ? [] : [say.approval.soFar(votes(approval, say))];
  return [
    `:raised_hand: ${say.approval.needs(missing, mention(state.person), say.states.impact[state.gate.impact])}`,
    say.approval.until(time(approval.expiresAt)),
    ...given,
    say.approval.would(changeCount(approval.changes, say)),
    ...fitLines(changesByPart(state, approval.changes, say), SECTION_CHARS_MAX - 1600, 'line', say),
  ].join('\n');
}

function decidedText(state: RunState, approval: ApprovalState, say: Wording): string {
  switch (approval.decision) {
    case 'approved':
      return `:white_check_mark: ${say.approval.approved(votes(approval, say), changeCount(approval.changes, say))}`;
    case 'denied': {
      const who = approval.deniedBy === undefined ? say.decisions.someone : mention(approval.deniedBy);
      const when = time(state.endedAt ?? state.updatedAt);
      return `:no_entry: ${say.approval.denied(who, when, line(approval.reason, 1000))}`;
    }
    case 'expired':
      return `:hourglass: ${say.approval.expired(time(approval.expiresAt))}`;
    case 'voided':
      return `:warning: ${say.approval.voided(line(say.retold(approval.reason), 1000))}`;
    case 'pending':
      return pendingText(state, approval, say);
  }
}

/** Why somebody goes on though what the module requires may not be valid, and what is not. */
function overrideBlocks({ plan, steps }: RunState, say: Wording): KnownBlock[] {
  if (plan.override === undefined) return [];
  const required = plan.steps.filter((step) => step.kind === 'checks' && step.isRequirement === true);
  const answers = steps.filter(({ id }) => required.some((step) => step.id === id)).flatMap(({ checks }) => checks);
  const bad = answers.filter(({ answer }) => answer === 'fail' || answer === 'unknown');
  const head = `:warning: ${say.approval.override(line(plan.override.reason, 800))}`;
  return [section(head), ...checkMatrix(bad, 1, say)];
}

/** What is asked, or who decided and when, behind what is overridden; no blocks when the run needs no approval. */
export function approvalBlocks(state: RunState, say: Wording = english): KnownBlock[] {
  const decided = state.approval === undefined ? [] : [section(decidedText(state, state.approval, say))];
  return [...overrideBlocks(state, say), ...decided];
}

/** The prompt in one line, for the notification. */
export function approvalFallback(state: RunState, say: Wording = english): string {
  if (state.approval?.decision !== 'pending') return '';
  return say.approval.needed(changeCount(state.approval.changes, say), say.states.impact[state.gate.impact]);
}
