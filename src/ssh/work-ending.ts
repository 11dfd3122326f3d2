import { z } from 'zod';
import { reasonOfState } from './host-answer.ts';
import { endingOfExit, endingOfSignal, endingOfTimeout, endingUnknown, type Ending } from './result.ts';
import type { SshTarget } from './target.ts';

/** Far more than a disk of ours holds, and far from where numbers lose their last digit. */
const Count = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/** One of systemd's words about the end of a unit: `exit-code`, `TERM`, `0`. */
const Word = z.string().regex(/^[A-Za-z0-9+-]{1,40}$/);

/** What follow.sh says in its answer line. `service`, `code`, `status` are systemd's own words about the unit's end. */
export const FollowAnswer = z.object({
  state: z.enum(['absent', 'unsafe', 'prepared', 'running', 'done', 'lost', 'rebooted', 'unknown']),
  size: Count,
  offset: Count,
  length: Count,
  service: Word,
  code: Word,
  status: Word,
  /** `systemctl is-system-running` at the unit's end: `stopping` tells a restart of the host from a stop of the unit. */
  system: Word,
  stop: z.enum(['stop', 'none']),
});
export type FollowAnswer = z.infer<typeof FollowAnswer>;

/** Parses the words of the answer line; undefined when they are not ours. */
export function parseFollowAnswer(words: readonly string[]): FollowAnswer | undefined {
  const [state, size, offset, length, service, code, status, system, stop] = words;
  const parsed = FollowAnswer.safeParse({ state, size, offset, length, service, code, status, system, stop });
  return parsed.success && words.length === 9 ? parsed.data : undefined;
}

/** How the work ended, or that it still runs. `exited 0` of a service that succeeded is ok, and nothing else is. */
export function endingOfAnswer(answer: FollowAnswer, target: SshTarget): Ending | 'running' {
  switch (answer.state) {
    case 'running':
      return 'running';
    case 'done':
      return endingOfResult(answer, target);
    case 'rebooted':
      return rebooted(target);
    case 'lost':
      return endingUnknown({
        code: 'KEYBUZZ_WORK_LOST',
        message: `The work on ${target.host} is gone and left no result: it was killed from outside.`,
        fix: `Look in the journal of ${target.host} for what ended it, check the host, then resume.`,
      });
    case 'absent':
    case 'prepared':
      return endingUnknown({
        code: 'KEYBUZZ_WORK_NOT_STARTED',
        message: `The work never started on ${target.host}.`,
        fix: 'Resume to start it.',
      });
    case 'unsafe':
    case 'unknown':
      return endingUnknown({
        code: 'KEYBUZZ_HOST_ANSWER_MISSING',
        message: reasonOfState(answer.state, target),
        fix: `Log in to ${target.host} and look at its runs directory and at systemd.`,
      });
  }
}

function endingOfResult(answer: FollowAnswer, target: SshTarget): Ending {
  const { service, code, status, system } = answer;
  if (service === 'refused') {
    return failed(
      'KEYBUZZ_WORK_NOT_STARTED',
      `The work was kept from starting on ${target.host}.`,
      'Resume to start it.',
    );
  }
  if (service === 'timeout') return endingOfTimeout(undefined);
  const isExit = code === 'exited' && /^\d{1,3}$/.test(status);
  if (isExit && (service === 'success' || status !== '0')) return endingOfExit(Number(status));
  if (system === 'stopping') return rebooted(target);
  if (answer.stop === 'stop') {
    return failed('KEYBUZZ_WORK_STOPPED', `The work on ${target.host} was stopped.`, 'Resume to run it again.');
  }
  if (code === 'killed' || code === 'dumped') return endingOfSignal(`SIG${status}`);
  return failed(
    'KEYBUZZ_SCRIPT_KILLED',
    `systemd on ${target.host} ended the work: ${service} ${code} ${status}.`,
    `Look in the journal of ${target.host} for the reason, then try again.`,
  );
}

function failed(code: string, reason: string, fix: string): Ending {
  return { outcome: 'failed', exitCode: null, code, reason, fix };
}

function rebooted(target: SshTarget): Ending {
  return endingUnknown({
    code: 'KEYBUZZ_HOST_REBOOTED',
    message: `${target.host} was restarted in the middle of the work.`,
    fix: `Check ${target.host}, then resume: the preconditions of what is left are checked again.`,
  });
}
