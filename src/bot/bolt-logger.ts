import { inspect } from 'node:util';
import { LogLevel, type Logger } from '@slack/bolt';
import type { Logger as Pino } from 'pino';
import { createRedact } from '../secret.ts';

/** The SDK logs whole answers and URLs; what opens a door is cut out before our log sees it. */
const DOORS = [
  /(https?:\/\/hooks\.slack\.com\/)\S+/g,
  /(\/(?:response|link)\/)[^\s"']+/g,
  /("?(?:trigger_id|response_url|ticket)"?[=:]\s*"?)[^\s"'&,}]+/g,
];

const redactTokens = createRedact();

function sentenceOf(parts: readonly unknown[]): string {
  const text = parts.map((part) => (typeof part === 'string' ? part : inspect(part, { depth: 3, breakLength: 200 })));
  const clean = redactTokens(text.join(' '));
  return DOORS.reduce((sentence, door) => sentence.replace(door, '$1[REDACTED]'), clean);
}

/** Bolt's logger as ours. Debug of the SDK is never written: it contains whole payloads. */
export function boltLogger(logger: Pino): Logger {
  const child = logger.child({ part: 'slack' });
  return {
    debug: () => undefined,
    info: (...parts: unknown[]) => child.debug(sentenceOf(parts)),
    warn: (...parts: unknown[]) => child.warn(sentenceOf(parts)),
    error: (...parts: unknown[]) => child.error(sentenceOf(parts)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
