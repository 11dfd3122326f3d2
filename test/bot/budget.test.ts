import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createBudget, SLACK_LIMITS } from '../../src/bot/budget.ts';

/** No other bot. */
const alone = { spend: () => Promise.resolve(0) };

function bench() {
  let now = 0;
  return {
    pass: (ms: number) => (now += ms),
    budget: createBudget({ nowMs: () => now, engine: alone }),
    nowMs: () => now,
  };
}

describe('budget', () => {
  it('lets one message be edited every two seconds', async () => {
    const { budget, pass } = bench();
    expect(await budget.edit('a', false)).toBe(0);
    expect(await budget.edit('a', true)).toBe(2000);
    pass(1999);
    expect(await budget.edit('a', true)).toBe(1);
    pass(1);
    expect(await budget.edit('a', true)).toBe(0);
  });

  it('keeps a reserve for what people wait for', async () => {
    const { budget } = bench();
    const ordinary = await Promise.all(Array.from({ length: 45 }, (_, index) => budget.edit(`m${index}`, false)));
    expect(ordinary.filter((waitMs) => waitMs === 0)).toHaveLength(25);
    const urgent = await Promise.all(Array.from({ length: 45 }, (_, index) => budget.edit(`u${index}`, true)));
    expect(urgent.filter((waitMs) => waitMs === 0)).toHaveLength(20);
  });

  it('spaces posts per channel, not across channels', async () => {
    const { budget, pass } = bench();
    expect(await budget.post('C1', false)).toBe(0);
    expect(await budget.post('C2', false)).toBe(0);
    expect(await budget.post('C1', false)).toBe(SLACK_LIMITS.postSpacingMs);
    pass(SLACK_LIMITS.postSpacingMs);
    expect(await budget.post('C1', false)).toBe(0);
  });

  it('lets who is urgent post first, however long others wait already', async () => {
    const { budget, pass } = bench();
    const spacing = SLACK_LIMITS.postSpacingMs;
    expect(await budget.post('C1', false)).toBe(0);
    pass(spacing / 2);
    expect(await budget.post('C1', true)).toBe(spacing / 2);
    pass(spacing / 2);
    expect(await budget.post('C1', false)).toBeGreaterThan(0);
    expect(await budget.post('C2', false)).toBe(0);
    expect(await budget.post('C1', true)).toBe(0);
    pass(spacing);
    expect(await budget.post('C1', false)).toBe(0);
  });

  it('never lets four posts reach a channel within three seconds, however long each is on its way', async () => {
    const journey = fc.record({ restMs: fc.nat(2000), outMs: fc.nat(1500), backMs: fc.nat(1500) });
    await fc.assert(
      fc.asyncProperty(fc.array(journey, { minLength: 5, maxLength: 30 }), async (journeys) => {
        const { budget, pass, nowMs } = bench();
        const arrived: number[] = [];
        let underWay: number[] = [];
        const walk = (ms: number) => {
          const untilMs = nowMs() + ms;
          for (const at of underWay.filter((each) => each <= untilMs).sort((a, b) => a - b)) {
            pass(at - nowMs());
            budget.answered({ kind: 'post', channel: 'C1' });
          }
          underWay = underWay.filter((each) => each > untilMs);
          pass(untilMs - nowMs());
        };
        for (const { restMs, outMs, backMs } of journeys) {
          for (let waitMs = 1; waitMs > 0;) {
            waitMs = await budget.post('C1', false);
            walk(waitMs);
          }
          arrived.push(nowMs() + outMs);
          underWay.push(nowMs() + outMs + backMs);
          walk(restMs);
        }
        const inOrder = arrived.sort((a, b) => a - b);
        inOrder.forEach((at, index) => expect(at - (inOrder[index - 3] ?? -Infinity)).toBeGreaterThanOrEqual(3000));
      }),
      { numRuns: 200 },
    );
  });

  it('lets no fifty-first edit of a minute go while the answers of fifty are still to come', async () => {
    const { budget, pass } = bench();
    const editMany = async () => {
      const waits = await Promise.all(Array.from({ length: 45 }, (_, index) => budget.edit(`m${index}`, true)));
      return waits.filter((waitMs) => waitMs === 0).length;
    };
    expect(await editMany()).toBe(45);
    pass(60_000);
    expect(await editMany()).toBe(5);
    budget.answered({ kind: 'edit' });
    expect(await editMany()).toBe(0);
    pass(60_000);
    expect(await editMany()).toBe(1);
  });

  it('posts on when an answer never came but was given up', async () => {
    const { budget, pass } = bench();
    for (let count = 0; count < 3; count += 1) {
      expect(await budget.post('C1', true)).toBe(0);
      pass(SLACK_LIMITS.postSpacingMs);
    }
    expect(await budget.post('C1', true)).toBeGreaterThan(0);
    budget.answered({ kind: 'post', channel: 'C1' });
    expect(await budget.post('C1', true)).toBe(SLACK_LIMITS.burstMs);
    pass(SLACK_LIMITS.burstMs);
    expect(await budget.post('C1', true)).toBe(0);
  });

  it('keeps as many edits free as the last minute had of endings', async () => {
    const progressAfter = async (endings: number) => {
      const { budget } = bench();
      await Promise.all(Array.from({ length: endings }, (_, index) => budget.edit(`e${index}`, true)));
      const progress = await Promise.all(Array.from({ length: 45 }, (_, index) => budget.edit(`p${index}`, false)));
      return progress.filter((waitMs) => waitMs === 0).length;
    };
    expect(await progressAfter(4)).toBe(45 - 4 - 20);
    expect(await progressAfter(15)).toBe(45 - 15 - 20);
    expect(await progressAfter(22)).toBe(45 - 22 - 22);
  });

  it('waits out a 429 for this kind of call only', async () => {
    const { budget, pass } = bench();
    budget.pause('edit', 30_000);
    expect(await budget.edit('a', true)).toBe(30_000);
    expect(await budget.post('C1', false)).toBe(0);
    pass(30_000);
    expect(await budget.edit('a', true)).toBe(0);
  });

  it('never allows more than its minute, and says exactly how long to wait', async () => {
    const ask = fc.record({ message: fc.nat(5), urgent: fc.boolean(), restMs: fc.nat(900) });
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { maxLength: 300 }), async (asks) => {
        const { budget, pass, nowMs } = bench();
        const allowed: number[] = [];
        for (const { message, urgent, restMs } of asks) {
          const waitMs = await budget.edit(`m${message}`, urgent);
          if (waitMs > 0) {
            pass(waitMs);
            expect(await budget.edit(`m${message}`, urgent)).toBe(0);
          }
          budget.answered({ kind: 'edit' });
          allowed.push(nowMs());
          const minute = allowed.filter((at) => at > nowMs() - 60_000);
          expect(minute.length).toBeLessThanOrEqual(SLACK_LIMITS.editsPerMinute);
          pass(restMs);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('the budget of several bots', () => {
  it('is theirs together, and what one may not spend costs it nothing of its own', async () => {
    let now = 0;
    const others: number[] = [0, 700, 0];
    const engine = { spend: () => Promise.resolve(others.shift() ?? 0) };
    const budget = createBudget({ nowMs: () => now, engine });
    expect(await budget.post('C1', false)).toBe(0);
    expect(await budget.post('C2', false)).toBe(700);
    expect(await budget.post('C2', false)).toBe(0);
    now += SLACK_LIMITS.postSpacingMs - 1;
    expect(await budget.post('C1', false)).toBe(1);
  });

  it('counts nothing while Redis can not be asked', async () => {
    let isAway = true;
    const engine = { spend: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(0)) };
    const budget = createBudget({ nowMs: () => 0, engine });
    await expect(budget.edit('a', true)).rejects.toThrow('away');
    isAway = false;
    expect(await budget.edit('a', true)).toBe(0);
  });
});
