import { ConfigError, HostError, type KeybuzzError } from '../errors.ts';
import { fieldOf, osCodeOf } from './os-error.ts';
import type { SshTarget } from './target.ts';

/** What was seen of an attempt to connect, besides ssh2's error. */
export interface Attempt {
  /** Set by our own verifier when it said no. */
  refusedKey: { fingerprint: string; isRevoked: boolean } | undefined;
  /** The host proved its key: what follows is about who we are. */
  isHandshaken: boolean;
  /** Ends the attempt early. */
  stop: AbortSignal | undefined;
}

/** Turns an attempt that failed into a HostError (or ConfigError, for our own agent), by ssh2's levels and codes and by what our verifier said. */
export function toHostError(target: SshTarget, attempt: Attempt, cause: unknown): KeybuzzError {
  const level = fieldOf(cause, 'level');
  if (attempt.refusedKey) return keyMismatch(target, attempt.refusedKey);
  if (level === 'agent') return agentSilent(cause);
  if (level === 'client-authentication') return authRefused(target, cause);
  // A number is the reason of an SSH disconnect message: sshd ended it while we were proving who we are.
  if (attempt.isHandshaken && typeof fieldOf(cause, 'code') === 'number') return authRefused(target, cause);
  if (level === 'client-timeout') return timedOut(target, cause);
  return unreachable(target, cause);
}

export function keyUnknown(target: SshTarget): HostError {
  return new HostError(`No host key is pinned for ${target.host} (${target.address}).`, {
    code: 'KEYBUZZ_HOST_KEY_UNKNOWN',
    fix: `Run \`keybuzz enroll ${target.host}\` and compare the fingerprint on the host's console.`,
  });
}

function keyMismatch(target: SshTarget, refused: NonNullable<Attempt['refusedKey']>): HostError {
  const what = refused.isRevoked ? 'a revoked key' : 'another key than the pinned one';
  return new HostError(`${target.host} (${target.address}) shows ${what}: ${refused.fingerprint}.`, {
    code: 'KEYBUZZ_HOST_KEY_MISMATCH',
    fix:
      `Find out whether the host was rebuilt or something answers in its place; ` +
      `if it was rebuilt, \`keybuzz enroll ${target.host}\`.`,
  });
}

function agentSilent(cause: unknown): ConfigError {
  return new ConfigError('The SSH agent does not answer.', {
    code: 'KEYBUZZ_SSH_AGENT_SILENT',
    fix: 'See whether the agent behind SSH_AUTH_SOCK runs, or set KEYBUZZ_SSH_KEY to the path of a private key.',
    cause,
  });
}

function authRefused(target: SshTarget, cause: unknown): HostError {
  return new HostError(`${target.host} (${target.address}) does not accept our SSH key for user ${target.user}.`, {
    code: 'KEYBUZZ_HOST_AUTH_REFUSED',
    fix: `Add the worker's public key to ~${target.user}/.ssh/authorized_keys on ${target.host}.`,
    cause,
  });
}

export function timedOut(target: SshTarget, cause?: unknown): HostError {
  return new HostError(`${target.host} (${target.address}:${target.port}) did not answer in time.`, {
    code: 'KEYBUZZ_HOST_TIMEOUT',
    fix: 'See whether the host is up and the network between it and the worker is whole, then try again.',
    cause,
  });
}

export function unreachable(target: SshTarget, cause?: unknown): HostError {
  const why = osCodeOf(cause);
  const detail = why === undefined ? '' : ` (${why})`;
  return new HostError(`${target.host} (${target.address}:${target.port}) can't be reached by SSH${detail}.`, {
    code: 'KEYBUZZ_HOST_UNREACHABLE',
    fix: 'See whether the host is up, sshd runs there, and its firewall lets the worker in; then try again.',
    cause,
  });
}

/** The connection was there and is gone; whatever was asked on it may or may not have happened. */
export function linkLost(target: SshTarget): HostError {
  return new HostError(`The connection to ${target.host} (${target.address}) was lost in the middle.`, {
    code: 'KEYBUZZ_HOST_LINK_LOST',
    fix: 'Look at the host before you try again: what was running there may still run.',
  });
}

/** sshd took the connection and gives no channel: too many sessions. Nothing was started. */
export function channelRefused(target: SshTarget, cause: unknown): HostError {
  return new HostError(`${target.host} (${target.address}) opens no further session on the connection.`, {
    code: 'KEYBUZZ_HOST_BUSY',
    fix: 'Look at MaxSessions in its sshd configuration (it must be 4 or more), then try again.',
    cause,
  });
}
