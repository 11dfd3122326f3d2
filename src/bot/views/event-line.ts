import type { RunEvent } from '../../jobs/index.ts';
import { english, type Wording } from '../../language/index.ts';
import { changeCount } from './changes.ts';
import { checkSummary } from './checks.ts';
import { PROGRESS_MARKS } from './marks.ts';
import { code, line, mention, time } from './text.ts';

type Body = RunEvent['body'];

/** A host's or a step's end: "redis-02 failed: port 6379 is held by nginx". */
function ended(what: string, body: { outcome: 'ok' | 'failed' | 'unknown'; reason: string }, say: Wording): string {
  const reason = body.reason === '' ? '' : `${say.colon}${line(say.retold(body.reason), 300)}`;
  return `${PROGRESS_MARKS[body.outcome]} ${what} ${say.states.progress[body.outcome]}${reason}`;
}

function describeHost(body: Extract<Body, { type: `host.${string}` }>, say: Wording): string {
  const { events } = say;
  const what = events.hostStep(line(body.host, 60), code(body.step, 40));
  if (body.type === 'host.started') return events.started(what);
  if (body.type === 'host.noted') return events.noted(what);
  if (body.type === 'host.progress') return `${what} ${body.done}/${body.total} ${line(body.text, 120)}`;
  return ended(what, body, say);
}

type Decision = Extract<
  Body,
  { type: `approval.${string}` | 'cancel.requested' | 'resume.requested' | 'abandon.requested' | 'review.given' }
>;

function describeDecision(body: Decision, say: Wording): string {
  const { events } = say;
  switch (body.type) {
    case 'approval.requested':
      return `:raised_hand: ${events.approvalAsked(time(body.expiresAt))}`;
    case 'approval.given':
      return `:white_check_mark: ${events.approved(mention(body.person), line(body.via, 20))}`;
    case 'approval.denied':
      return `:no_entry: ${events.denied(mention(body.person), line(body.reason, 1000))}`;
    case 'approval.expired':
      return `:hourglass: ${events.expired}`;
    case 'approval.voided':
      return `:warning: ${events.voided(line(say.retold(body.reason), 1000))}`;
    case 'cancel.requested':
      return `:black_square_for_stop: ${events.cancels(mention(body.person))}`;
    case 'resume.requested':
      return `:arrow_forward: ${events.resumes(mention(body.person))}`;
    case 'abandon.requested':
      return `:black_square_for_stop: ${events.abandons(mention(body.person))}`;
    case 'review.given': {
      const note = body.note === '' ? '' : `${say.colon}${line(body.note, 900)}`;
      return `:eyes: ${events.reviewed(mention(body.person))}${note}`;
    }
  }
}

function describeStep(body: Extract<Body, { type: `step.${string}` }>, say: Wording): string {
  const { events } = say;
  const step = code(body.step, 40);
  if (body.type === 'step.started') return events.started(events.step(step));
  if (body.type === 'step.baseline') return events.baseline(step, body.passing.length);
  return ended(events.step(step), body, say);
}

function toDo(fix: string, say: Wording): string {
  return fix === '' ? '' : ` ${say.errors.toDo} ${line(say.retold(fix), 400)}`;
}

/** An event of the log in one line of safe mrkdwn. */
export function describeEvent(body: Body, say: Wording = english): string {
  const { events, states } = say;
  switch (body.type) {
    case 'run.requested':
      return events.asked(mention(body.person), code(body.command, 200), body.breakGlass !== undefined);
    case 'preview.taken':
      return events.preview(changeCount(body.changes, say), body.locked, body.troubles.length);
    case 'locks.waiting':
      return `:lock: ${events.waitsForLock(code(body.lock), line(say.retold(body.holder), 200))}`;
    case 'locks.taken':
      return events.tookLocks(body.fences.length);
    case 'locks.released':
      return events.letGo;
    case 'step.started':
    case 'step.baseline':
    case 'step.finished':
      return describeStep(body, say);
    case 'checks.answered':
      return events.checks(checkSummary(body.results, say));
    case 'host.started':
    case 'host.progress':
    case 'host.noted':
    case 'host.finished':
      return describeHost(body, say);
    case 'run.interrupted':
      return `:warning: ${events.interrupted(line(say.retold(body.reason), 1000))}${toDo(body.fix, say)}`;
    case 'run.ended':
      return events.ended(states.word[body.ending], line(say.retold(body.reason), 1000));
    default:
      return describeDecision(body, say);
  }
}
