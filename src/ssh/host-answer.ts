import { HostError } from '../errors.ts';
import type { ExecEnd } from './channel.ts';
import { channelRefused, linkLost, timedOut } from './host-errors.ts';
import type { SshTarget } from './target.ts';
import { makeVisible } from './visible.ts';

/** Why one of our own scripts gave no answer line. */
export function errorOfEnd(end: ExecEnd, target: SshTarget): HostError {
  if (end.kind === 'cut') return linkLost(target);
  if (end.kind === 'refused') return channelRefused(target, end.cause);
  if (end.kind === 'timeout') return timedOut(target);
  return new HostError(`${target.host} did not say what it did.`, {
    code: 'KEYBUZZ_HOST_ANSWER_MISSING',
    fix: 'Log in and see whether bash, systemd and util-linux work there, then resume.',
  });
}

/** Of a word that is none of ours. */
const SHOWN_CHARACTERS_MAX = 100;

/** What a word of the host means that says no state of the work. */
export function reasonOfState(state: string, target: SshTarget): string {
  const reasons: Record<string, string> = {
    unsafe: `The work's directory on ${target.host} is not root's alone; somebody changed it.`,
    unknown: `systemd on ${target.host} did not answer.`,
    busy: `Another start on ${target.host} has not ended for 20 seconds.`,
    running: `The work on ${target.host} still runs.`,
  };
  const known = Object.hasOwn(reasons, state) ? reasons[state] : undefined;
  return known ?? `${target.host} gave an answer we don't know: ${makeVisible(state).slice(0, SHOWN_CHARACTERS_MAX)}.`;
}
