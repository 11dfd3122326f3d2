import { z } from 'zod';
import { duration, slackGroup } from './policy-shapes.ts';

/** Whom an alert reaches that nobody acknowledges. */
export const AlertPolicy = z.strictObject({
  /** After so long without an acknowledgement the people on call are mentioned. */
  escalateAfter: duration.prefault('15m'),
  /** The Slack user group that is on call; left out: nobody is mentioned. */
  onCall: slackGroup.optional(),
});
export type AlertPolicy = z.infer<typeof AlertPolicy>;
