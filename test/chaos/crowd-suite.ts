import { beforeAll, describe, expect, it } from '@jest/globals';
import { playCrowd, type Crowded, type Kind } from './crowd.ts';

/** KEYBUZZ_LONG=1 takes five minutes. */
const FOR_MS = process.env.KEYBUZZ_LONG === undefined ? 40_000 : 300_000;
/** What was begun when the time is over is still brought to its end. */
const DEADLINE_MS = FOR_MS + 600_000;

/** The suite of one kind of Redis; each has a file of its own, so that they run beside each other. */
export function describeCrowd(kind: Kind): void {
  describe(`two bots and three workers on ${kind}, one of each killed every ten seconds`, () => {
    let crowded: Crowded;

    beforeAll(async () => {
      crowded = await playCrowd(kind, FOR_MS);
      const { runs, alerts, killed, tookMs } = crowded;
      process.stderr.write(`${kind}: ${JSON.stringify({ runs, alerts, killed, tookMs })}\n`);
    }, DEADLINE_MS);

    it('lose nothing and do nothing twice: runs, approvals, work on hosts, alerts, messages', () => {
      expect(crowded.faults).toEqual([]);
    });

    it('go on all the while', () => {
      const { runs, alerts, killed } = crowded;
      expect([killed.bot, killed.worker].filter((count) => count < 3)).toEqual([]);
      expect([killed.master > 0, killed.sentinel > 0]).toEqual(Array(2).fill(kind !== 'one Redis'));
      expect(runs).toBeGreaterThanOrEqual(3);
      expect(alerts).toBeGreaterThanOrEqual(3);
    });
  });
}
