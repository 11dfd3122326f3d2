import type { KnownBlock } from '@slack/types';
import type { ApprovalState, RunState } from '../../jobs/index.ts';
import { changeCount } from './changes.ts';
import { checkMatrix } from './checks.ts';
import { changesByPart } from './stages.ts';
import { count, fitLines, line, mention, section, SECTION_CHARS_MAX, time } from './text.ts';

/** "Approved by @anna (Slack, today 10:02)" for each who did. */
function votes(approval: ApprovalState): string[] {
  const shown = approval.given.map((vote) => `${mention(vote.person)} ${time(vote.at)}, ${line(vote.via, 20)}`);
  return fitLines(shown, 800, 'approval');
}

function pendingText(state: RunState, approval: ApprovalState): string {
  const missing = Math.max(approval.needed - approval.given.length, 1);
  const given = approval.given.length === 0 ? [] : [`Approved so far by ${votes(approval).join('; ')}`];
  return [
    `:raised_hand: *Needs ${count(missing, 'more approval')}*, not by ${mention(state.person)} who asked. Impact: *${state.gate.impact}*.`,
    `Decide until ${time(approval.expiresAt)}.`,
    ...given,
    `It would make *${changeCount(approval.changes)}*; the diffs are in the thread:`,
    ...fitLines(changesByPart(state, approval.changes), SECTION_CHARS_MAX - 1600, 'line'),
  ].join('\n');
}

function decidedText(state: RunState, approval: ApprovalState): string {
  switch (approval.decision) {
    case 'approved':
      return `:white_check_mark: *Approved* by ${votes(approval).join('; ')}: ${changeCount(approval.changes)}.`;
    case 'denied': {
      const who = approval.deniedBy === undefined ? 'someone' : mention(approval.deniedBy);
      return `:no_entry: *Denied* by ${who}, ${time(state.endedAt ?? state.updatedAt)}: ${line(approval.reason, 1000)}`;
    }
    case 'expired':
      return `:hourglass: *The approval expired* ${time(approval.expiresAt)}: nobody decided in time.`;
    case 'voided':
      return `:warning: *The approval was voided*, a new prompt follows. ${line(approval.reason, 1000)}`;
    case 'pending':
      return pendingText(state, approval);
  }
}

/** Why somebody goes on though what the module requires may not be valid, and what is not. */
function overrideBlocks({ plan, steps }: RunState): KnownBlock[] {
  if (plan.override === undefined) return [];
  const required = plan.steps.filter((step) => step.kind === 'checks' && step.isRequirement === true);
  const answers = steps.filter(({ id }) => required.some((step) => step.id === id)).flatMap(({ checks }) => checks);
  const bad = answers.filter(({ answer }) => answer === 'fail' || answer === 'unknown');
  const head = `:warning: *Override* of what it requires: ${line(plan.override.reason, 800)}`;
  return [section(head), ...checkMatrix(bad, 1)];
}

/** What is asked, or who decided and when, behind what is overridden; no blocks when the run needs no approval. */
export function approvalBlocks(state: RunState): KnownBlock[] {
  const decided = state.approval === undefined ? [] : [section(decidedText(state, state.approval))];
  return [...overrideBlocks(state), ...decided];
}

/** The prompt in one line, for the notification. */
export function approvalFallback(state: RunState): string {
  if (state.approval?.decision !== 'pending') return '';
  return `Approval needed: ${changeCount(state.approval.changes)}, impact ${state.gate.impact}`;
}
