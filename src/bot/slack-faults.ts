import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { ExternalError, RefusedError } from '../errors.ts';

/**
 * How a call to Slack went wrong: Slack refused it (nothing happened), asked to wait (nothing happened), or we don't know
 * whether it happened (a timeout, a reset, an HTTP error).
 */
export type SlackFault =
  { kind: 'refused'; code: string } | { kind: 'limited'; retryAfterMs: number } | { kind: 'unknown' };

/** Tells the three apart. `internal_error` and its like are Slack's own trouble: the call may have worked. */
export function faultOf(error: unknown): SlackFault {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'limited', retryAfterMs: error.retryAfter * 1000 };
  if (error instanceof WebAPIPlatformError) {
    const { error: code } = error.data;
    if (code === 'ratelimited' || code === 'rate_limited') return { kind: 'limited', retryAfterMs: 1000 };
    const isTrouble = ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'].includes(code);
    return isTrouble ? { kind: 'unknown' } : { kind: 'refused', code };
  }
  return { kind: 'unknown' };
}

/** The message is gone or can't be edited any more: a fresh one is needed. */
export const GONE: ReadonlySet<string> = new Set([
  'message_not_found',
  'edit_window_closed',
  'cant_update_message',
  'thread_not_found',
]);

/** Nothing can be posted in that channel. */
export const CLOSED: ReadonlySet<string> = new Set([
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  'restricted_action',
  'restricted_action_read_only_channel',
]);

/** Slack does not take the blocks as they are: a defect of a view. */
export const UNDRAWABLE: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'too_many_attachments',
]);

/** Slack did not do it, whatever the cause: the report is tried again. */
export function slackError(what: string, cause: unknown): ExternalError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ExternalError(`Slack did not ${what}: ${why}.`, {
    code: 'KEYBUZZ_SLACK_UNAVAILABLE',
    fix: "It is tried again; if it stays so, see status.slack.com and the bot's log.",
    cause,
  });
}

/** Slack says no, and will until somebody changes something there. */
export function slackRefusal(what: string, code: string): RefusedError {
  return new RefusedError(`Slack refuses to ${what}: ${code}.`, {
    code: 'KEYBUZZ_REPORT_REFUSED',
    fix: "Mend that in Slack; the report comes with the run's next event, or when the bot starts again.",
  });
}
