import type { RunEvent } from '../../jobs/index.ts';
import { changeCount } from './changes.ts';
import { checkSummary } from './checks.ts';
import { PROGRESS_MARKS, PROGRESS_WORDS } from './marks.ts';
import { code, count, line, mention, time } from './text.ts';

type Body = RunEvent['body'];

/** A host's or a step's end: "redis-02 failed: port 6379 is held by nginx". */
function ended(what: string, body: { outcome: 'ok' | 'failed' | 'unknown'; reason: string }): string {
  const reason = body.reason === '' ? '' : `: ${line(body.reason, 300)}`;
  return `${PROGRESS_MARKS[body.outcome]} ${what} ${PROGRESS_WORDS[body.outcome]}${reason}`;
}

function describeHost(body: Extract<Body, { type: `host.${string}` }>): string {
  const what = `${line(body.host, 60)}, step ${code(body.step, 40)}`;
  if (body.type === 'host.started') return `${what} started`;
  if (body.type === 'host.noted') return `${what}: how it was before is noted`;
  if (body.type === 'host.progress') return `${what} ${body.done}/${body.total} ${line(body.text, 120)}`;
  return ended(what, body);
}

type Decision = Extract<
  Body,
  { type: `approval.${string}` | 'cancel.requested' | 'resume.requested' | 'abandon.requested' | 'review.given' }
>;

function describeDecision(body: Decision): string {
  switch (body.type) {
    case 'approval.requested':
      return `:raised_hand: Approval asked for, until ${time(body.expiresAt)}`;
    case 'approval.given':
      return `:white_check_mark: Approved by ${mention(body.person)} (${line(body.via, 20)})`;
    case 'approval.denied':
      return `:no_entry: Denied by ${mention(body.person)}: ${line(body.reason, 1000)}`;
    case 'approval.expired':
      return ':hourglass: The approval expired: nobody decided in time';
    case 'approval.voided':
      return `:warning: The approval was voided: ${line(body.reason, 1000)}`;
    case 'cancel.requested':
      return `:black_square_for_stop: ${mention(body.person)} cancels the run`;
    case 'resume.requested':
      return `:arrow_forward: ${mention(body.person)} resumes the run: failed and not-started hosts only`;
    case 'abandon.requested':
      return `:black_square_for_stop: ${mention(body.person)} abandons the run`;
    case 'review.given': {
      const note = body.note === '' ? '' : `: ${line(body.note, 900)}`;
      return `:eyes: Reviewed by ${mention(body.person)}${note}`;
    }
  }
}

/** An event of the log in one line of safe mrkdwn. */
export function describeEvent(body: Body): string {
  switch (body.type) {
    case 'run.requested':
      return `${mention(body.person)} asked for ${code(body.command, 200)}${body.breakGlass === undefined ? '' : ', breaking the glass'}`;
    case 'preview.taken': {
      const troubles = body.troubles.length === 0 ? '' : `, ${count(body.troubles.length, 'trouble')}`;
      return `Preview${body.locked ? ' under the locks' : ''}: ${changeCount(body.changes)}${troubles}`;
    }
    case 'locks.waiting':
      return `:lock: Waits for lock ${code(body.lock)}, held by ${line(body.holder, 200)}`;
    case 'locks.taken':
      return `Took ${count(body.fences.length, 'lock')}`;
    case 'locks.released':
      return 'Let go of its locks';
    case 'step.started':
      return `Step ${code(body.step, 40)} started`;
    case 'step.baseline':
      return `Step ${code(body.step, 40)}: ${count(body.passing.length, 'check')} must pass again between hosts`;
    case 'step.finished':
      return ended(`Step ${code(body.step, 40)}`, body);
    case 'checks.answered':
      return `Checks: ${checkSummary(body.results)}`;
    case 'host.started':
    case 'host.progress':
    case 'host.noted':
    case 'host.finished':
      return describeHost(body);
    case 'run.interrupted':
      return `:warning: Interrupted: ${line(body.reason, 1000)}${body.fix && ` *To do:* ${line(body.fix, 400)}`}`;
    case 'run.ended':
      return `Ended: ${body.ending}${body.reason && `: ${line(body.reason, 1000)}`}`;
    default:
      return describeDecision(body);
  }
}
