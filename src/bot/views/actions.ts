import type { ActionsBlock, Button, ConfirmationDialog } from '@slack/types';
import type { RunState } from '../../jobs/index.ts';
import { hasCompensation, isCompensation } from '../../commands/outcome.ts';
import { english, type Wording } from '../../language/index.ts';
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

interface Confirmation {
  question: string;
  text: string;
  yes: string;
}

function confirmation({ question, text, yes }: Confirmation, { buttons }: Wording): ConfirmationDialog {
  return {
    title: plain(question, 100),
    text: plain(text, 300),
    confirm: plain(yes, 30),
    deny: plain(buttons.back, 30),
  };
}

/** Approve and Deny carry the approval too: a click on an outdated prompt must not decide on the newer one. */
function approvalButtons(state: RunState, say: Wording): Button[] {
  const { approval, runId, plan, gate } = state;
  const { buttons, states } = say;
  if (approval?.decision !== 'pending') return [];
  const value = `${runId} ${approval.id}`;
  const text = buttons.approveText(changeCount(approval.changes, say), states.impact[gate.impact]);
  return [
    button({
      action: 'approve',
      label: buttons.approve,
      value,
      style: 'primary',
      confirm: confirmation({ question: buttons.approveAsk(plan.title), text, yes: buttons.approve }, say),
    }),
    button({ action: 'deny', label: buttons.deny, value, style: 'danger' }),
  ];
}

function cancelButton(state: RunState, say: Wording): Button[] {
  const { buttons } = say;
  if (state.cancel !== undefined || !state.plan.steps.some(isChange)) return [];
  const then = state.plan.steps.filter(isCompensation).map(({ title }) => say.titled(title));
  const mending = then.length === 0 ? '' : buttons.cancelMends(then.join('; '));
  const text = `${buttons.cancelText}${mending}`;
  const question = buttons.cancelAsk(state.plan.title);
  const confirm = confirmation({ question, text, yes: buttons.cancelYes }, say);
  return [button({ action: 'cancel', label: buttons.cancel, value: state.runId, confirm })];
}

function interruptedButtons(state: RunState, say: Wording): Button[] {
  const { buttons } = say;
  const { runId: value, plan } = state;
  const resume = hasCompensation(plan) ? buttons.resumeMends : buttons.resumeText;
  return [
    button({
      action: 'resume',
      label: buttons.resume,
      value,
      style: 'primary',
      confirm: confirmation({ question: buttons.resumeAsk(plan.title), text: resume, yes: buttons.resume }, say),
    }),
    button({
      action: 'abandon',
      label: buttons.abandon,
      value,
      style: 'danger',
      confirm: confirmation(
        { question: buttons.abandonAsk(plan.title), text: buttons.abandonText, yes: buttons.abandon },
        say,
      ),
    }),
  ];
}

function reviewButton({ breakGlass, review, runId, plan }: RunState, say: Wording): Button[] {
  const { buttons } = say;
  if (breakGlass === undefined || review !== undefined) return [];
  const asked = { question: buttons.reviewAsk(plan.title), text: buttons.reviewText, yes: buttons.reviewYes };
  const confirm = confirmation(asked, say);
  return [button({ action: 'review', label: buttons.review, value: runId, style: 'primary', confirm })];
}

/** The buttons that make sense now; none of them is authority: the command they stand for is authorised when it runs. */
export function runActions(state: RunState, say: Wording = english): ActionsBlock[] {
  const hasOutput = state.steps.some((step) => step.hosts.some((host) => host.outputBytes > 0));
  const logs = hasOutput ? [button({ action: 'logs', label: say.buttons.logs, value: state.runId })] : [];
  const forStatus: Record<RunState['status'], Button[]> = {
    previewing: cancelButton(state, say),
    'waiting-approval': [...approvalButtons(state, say), ...cancelButton(state, say)],
    'waiting-locks': cancelButton(state, say),
    running: cancelButton(state, say),
    interrupted: interruptedButtons(state, say),
    ended: reviewButton(state, say),
  };
  const elements = [...forStatus[state.status], ...logs];
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}
