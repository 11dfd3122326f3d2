import { z } from 'zod';

export const slackGroup = z.string().regex(/^S[A-Z0-9]{2,20}$/, 'should be a Slack user group id such as S0614TZR7');

const UNIT_SECONDS: Record<string, number> = { m: 60, h: 3600, d: 86_400 };

/** `30m`, `1h`, `2d`, as seconds. */
export const duration = z
  .string()
  .regex(/^[1-9][0-9]{0,3}[mhd]$/, 'should be a duration such as 30m, 1h or 2d')
  .transform((text) => Number(text.slice(0, -1)) * (UNIT_SECONDS[text.slice(-1)] ?? 0));
