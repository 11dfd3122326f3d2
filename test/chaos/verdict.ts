import { hashOf } from '../../src/canonical.ts';
import { bodiesOf, duplicates, type Evidence } from './evidence.ts';
import { faultsOfOrder, faultsOfWork } from './verdict-work.ts';

/** True for a plan that puts right what it stopped: such a run may end as failed, and must not leave anything stopped. */
function isCompensated({ events }: Evidence): boolean {
  const steps = bodiesOf(events, 'run.requested').flatMap(({ plan }) => plan.steps);
  return steps.some((step) => step.kind === 'script' && step.always === true);
}

/** It ended; as ok, or as failed where a plan compensates and a host's work did not go well or can't be known. */
function faultsOfEnding(evidence: Evidence): string[] {
  const { runId, events, troubled } = evidence;
  const last = events.at(-1)?.body;
  if (last?.type !== 'run.ended') return [`run ${runId} is stuck: its last event is ${last?.type ?? 'none'}`];
  const interruptions = bodiesOf(events, 'run.interrupted').map(({ reason }) => reason);
  const faults: string[] = [];
  if (troubled.length === 0 && interruptions.length > 0)
    faults.push(`it was interrupted though every host answered: ${interruptions.join('; ')}`);
  if (last.ending === 'ok') return faults;
  const bad = bodiesOf(events, 'host.finished').filter(({ outcome }) => outcome !== 'ok');
  const isHonest = last.ending === 'failed' && isCompensated(evidence) && bad.length > 0 && troubled.length > 0;
  return isHonest ? faults : [...faults, `run ${runId} ended ${last.ending}: ${last.reason}`];
}

function faultsOfLog(evidence: Evidence): string[] {
  const { events, brokenLink } = evidence;
  const faults: string[] = [];
  if (brokenLink !== undefined) faults.push(`the chain of the log breaks at event ${brokenLink}`);
  faults.push(...faultsOfEnding(evidence));
  const keysOf = (type: 'host.started' | 'host.finished') =>
    bodiesOf(events, type).map(({ step, host, attempt }) => `${type} of ${step} on ${host}, attempt ${attempt}`);
  const twice = [...duplicates(keysOf('host.started')), ...duplicates(keysOf('host.finished'))];
  return [...faults, ...twice.map((key) => `the log has ${key} twice`)];
}

/** Asked once, given once, and by somebody who clicked. */
function faultsOfApproval({ events, approvers }: Evidence): string[] {
  const asked = bodiesOf(events, 'approval.requested').length;
  const given = bodiesOf(events, 'approval.given').map(({ person }) => person.slack ?? person.id);
  const faults: string[] = [];
  if (asked !== 1) faults.push(`approval was asked for ${asked} times`);
  if (given.length !== 1) faults.push(`approval was given ${given.length} times: ${given.join(', ')}`);
  const strangers = given.filter((person) => !approvers.includes(person));
  return [...faults, ...strangers.map((person) => `${person} approved without a click`)];
}

function faultsOfSlack({ events, slack }: Evidence): string[] {
  const { roots, notes, wantedNotes } = slack;
  const faults: string[] = [];
  const head = events.at(-1)?.hash.slice(0, 12) ?? hashOf('no event');
  if (roots.length !== 1) faults.push(`Slack shows ${roots.length} messages of the run`);
  if (!roots.some((text) => text.includes(head)))
    faults.push(`the message in Slack does not show the last state ${head}`);
  const missing = wantedNotes.filter((key) => !notes.includes(key));
  const odd = notes.filter((key) => !wantedNotes.includes(key));
  if (missing.length > 0) faults.push(`the thread lacks notes: ${missing.join(', ')}`);
  if (odd.length > 0) faults.push(`the thread has notes of no event: ${odd.join(', ')}`);
  return [...faults, ...duplicates(notes).map((key) => `the thread has the note ${key} twice`)];
}

/** Everything that must hold of a run however it was disturbed; empty when it does. */
export function faultsOf(evidence: Evidence): string[] {
  return [
    ...faultsOfLog(evidence),
    ...faultsOfWork(evidence),
    ...faultsOfOrder(evidence),
    ...faultsOfApproval(evidence),
    ...evidence.locks.map((lock) => `after the end ${lock}`),
    ...evidence.stopped.map((host) => `the service that was stopped on ${host} does not run again`),
    ...faultsOfSlack(evidence),
  ];
}
