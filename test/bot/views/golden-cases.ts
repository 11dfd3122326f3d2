import type { RunEvent } from '../../../src/jobs/index.ts';
import * as runs from '../runs.ts';

type Body = RunEvent['body'];

const denied: Body = {
  type: 'approval.denied',
  approval: `${runs.RUN}-2`,
  person: runs.ANDRE,
  reason: 'wait for the backup',
  interaction: 'trigger-3',
};

/** The states of a run that people see most, by what they see. */
export const CASES: [name: string, log: Body[]][] = [
  ['taking the preview', [runs.asked()]],
  ['waiting for approval', runs.WAITING],
  ['running', [...runs.WELL.slice(0, 9), runs.hostProgress('redis-01', 3)]],
  ['interrupted', runs.BROKEN],
  ['ended well', runs.WELL],
  ['denied', [...runs.WAITING, denied, { type: 'run.ended', ending: 'denied', reason: 'Denied by André.', fix: '' }]],
  ['waiting for a lock', [...runs.WAITING, runs.approved, runs.waitingForLock]],
  ['nothing to change', [runs.asked(), { ...runs.previewed, changes: [] } as Body, runs.nothingToDo]],
  ['a preview alone', [{ ...runs.asked(), previewOnly: true } as Body, runs.previewed, runs.endedOk]],
  ['a status', runs.STATUS],
];
