import { inspect } from 'node:util';
import { SlackError, WebAPIPlatformError } from '@slack/web-api';
import { ConfigError, DefectError, ExternalError, KeybuzzError } from '../errors.ts';

/**
 * What an unhandled rejection in a bot process means; the process installs this for `unhandledRejection` before it starts
 * and exits on every error it gives. Undefined: harmless, Socket Mode rejects with nothing when it is stopped while it
 * reconnects (node-slack-sdk #2656). A token that stopped being valid shows up only here.
 */
export function judgeRejection(reason: unknown): KeybuzzError | undefined {
  if (reason === undefined) return undefined;
  if (reason instanceof KeybuzzError) return reason;
  if (reason instanceof WebAPIPlatformError) {
    return new ConfigError(`Slack refused the connection: ${reason.data.error}.`, {
      code: 'KEYBUZZ_SLACK_REFUSED',
      fix: 'Check SLACK_APP_TOKEN and that the app is still installed, then start the bot again.',
      cause: reason,
    });
  }
  if (reason instanceof SlackError) {
    return new ExternalError(`The connection to Slack is lost and did not come back: ${reason.message}.`, {
      code: 'KEYBUZZ_SLACK_UNAVAILABLE',
      fix: 'The process restarts and connects anew; runs go on meanwhile, their reports follow.',
      cause: reason,
    });
  }
  return new DefectError(`Unhandled rejection: ${reason instanceof Error ? reason.message : inspect(reason)}.`, {
    code: 'KEYBUZZ_UNHANDLED',
    fix: 'The process restarts; no work is lost, since all of it is in Redis.',
    cause: reason,
  });
}
