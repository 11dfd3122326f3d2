import type { ActionsBlock, Button, ConfirmationDialog } from '@slack/types';
import type { RunState } from '../../jobs/index.ts';
import { hasCompensation, isCompensation } from '../../commands/outcome.ts';
import { isChange } from '../../modules/contract.ts';
import { changeCount } from './changes.ts';
import { plain } from './text.ts';

/** The buttons' names on the wire; each but deny is the same as typing its command. */
export const ACTION_IDS = {
  approve: 'keybuzz_approve',
  deny: 'keybuzz_deny',
  cancel: 'keybuzz_cancel',
  resume: 'keybuzz_resume',
  abandon: 'keybuzz_abandon',
  logs: 'keybuzz_logs',
  review: 'keybuzz_review',
} as const;

interface ButtonParts {
  action: keyof typeof ACTION_IDS;
  label: string;
  value: string;
  style?: 'primary' | 'danger';
  confirm?: ConfirmationDialog;
}

function button({ action, label, value, style, confirm }: ButtonParts): Button {
  return {
    type: 'button',
    action_id: ACTION_IDS[action],
    text: plain(label, 75),
    value,
    ...(style === undefined ? {} : { style }),
    ...(confirm === undefined ? {} : { confirm }),
  };
}

function confirmation(question: string, text: string, yes: string): ConfirmationDialog {
  return { title: plain(question, 100), text: plain(text, 300), confirm: plain(yes, 30), deny: plain('Back', 30) };
}

/** Approve and Deny carry the approval too: a click on an outdated prompt must not decide on the newer one. */
function approvalButtons(state: RunState): Button[] {
  const { approval, runId, plan, gate } = state;
  if (approval?.decision !== 'pending') return [];
  const value = `${runId} ${approval.id}`;
  const text = `${changeCount(approval.changes)}, impact ${gate.impact}. Exactly what the preview shows is done.`;
  return [
    button({
      action: 'approve',
      label: 'Approve',
      value,
      style: 'primary',
      confirm: confirmation(`Approve ${plan.title}?`, text, 'Approve'),
    }),
    button({ action: 'deny', label: 'Deny …', value, style: 'danger' }),
  ];
}

function cancelButton(state: RunState): Button[] {
  if (state.cancel !== undefined || !state.plan.steps.some(isChange)) return [];
  const then = state.plan.steps.filter(isCompensation).map(({ title }) => title);
  const mending = then.length === 0 ? '' : ` Then compensation follows: ${then.join('; ')}.`;
  const text = `The run stops between steps; what runs on a host right now is finished first.${mending}`;
  const confirm = confirmation(`Cancel ${state.plan.title}?`, text, 'Cancel the run');
  return [button({ action: 'cancel', label: 'Cancel', value: state.runId, confirm })];
}

function interruptedButtons(state: RunState): Button[] {
  const { runId: value, plan } = state;
  const resume = hasCompensation(plan)
    ? 'What failed stays failed: only putting right is tried again.'
    : 'The preconditions are checked again; only failed and not-started hosts are worked on.';
  const abandon = 'What is half done stays as it is, and the run lets go of its locks.';
  return [
    button({
      action: 'resume',
      label: 'Resume',
      value,
      style: 'primary',
      confirm: confirmation(`Resume ${plan.title}?`, resume, 'Resume'),
    }),
    button({
      action: 'abandon',
      label: 'Abandon',
      value,
      style: 'danger',
      confirm: confirmation(`Abandon ${plan.title}?`, abandon, 'Abandon'),
    }),
  ];
}

function reviewButton({ breakGlass, review, runId, plan }: RunState): Button[] {
  if (breakGlass === undefined || review !== undefined) return [];
  const text = 'You have looked at what it did and why. Whoever asked for it can not review it.';
  const confirm = confirmation(`Reviewed ${plan.title}?`, text, 'I have reviewed it');
  return [button({ action: 'review', label: 'Reviewed', value: runId, style: 'primary', confirm })];
}

/** The buttons that make sense now; none of them is authority: the command they stand for is authorised when it runs. */
export function runActions(state: RunState): ActionsBlock[] {
  const hasOutput = state.steps.some((step) => step.hosts.some((host) => host.outputBytes > 0));
  const logs = hasOutput ? [button({ action: 'logs', label: 'Show log', value: state.runId })] : [];
  const forStatus: Record<RunState['status'], Button[]> = {
    previewing: cancelButton(state),
    'waiting-approval': [...approvalButtons(state), ...cancelButton(state)],
    'waiting-locks': cancelButton(state),
    running: cancelButton(state),
    interrupted: interruptedButtons(state),
    ended: reviewButton(state),
  };
  const elements = [...forStatus[state.status], ...logs];
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}
