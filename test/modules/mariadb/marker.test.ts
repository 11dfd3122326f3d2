import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runShell } from '../shell.ts';
import { SERVERS } from './cluster.ts';

/** A marker's line: when it was answered (s before now), and how. */
type Line = [ago: number, answer: string];

const needs = ['lib.sh', 'preflight.sh', 'mariadb.sh', 'perl.sh', 'marker.sh', 'mariadb-marker.sh'];
const members = Object.keys(SERVERS);

describe('what the markers tell when a member leaves', () => {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'keybuzz-marker-'));
  });

  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  /** Reports on a ledger of each member; `missing` markers of maria-01 are on two members only. */
  async function report(ledgers: readonly (readonly Line[])[], missing: readonly number[] = [], asked = 3) {
    const now = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    const rows: string[] = [];
    for (const [index, host] of members.entries()) {
      const lines = (ledgers[index] ?? []).map(([ago, answer], marker) => {
        const at = (now - ago).toFixed(2);
        const count = host === 'maria-01' && missing.includes(marker) ? asked - 1 : asked;
        if (answer === 'ok') rows.push(...Array.from({ length: count }, () => `${host}\t${marker}\n`));
        return `${marker} ${at} ${at} ${answer} ${host} ${answer === 'ok' ? 1 : 0}\n`;
      });
      writeFileSync(join(directory, `ledger-${host}`), lines.join(''));
    }
    writeFileSync(join(directory, 'rows'), rows.join(''));
    const ran = await runShell(
      `perl -e "$MARKER_REPORT" -- ${directory} token 10 ${members.join(',')} ${asked} 1 <${directory}/rows`,
      { needs },
    );
    const checks = ran.lines.flatMap((line) => (line.kind === 'check' ? [[line.id, line.answer] as const] : []));
    const answers: Record<string, string | undefined> = Object.fromEntries(checks);
    return { answers, facts: ran.facts };
  }

  const steady: Line[] = Array.from({ length: 30 }, (_, at) => [3 - at * 0.1, 'ok']);
  const gap = (seconds: number): Line[] => [
    ...steady.map(([ago]): Line => [ago + seconds, 'ok']),
    [1, 'unreached'],
    [0, 'ok'],
  ];

  it('finds no fault with writes that went on, and lets all members take them', async () => {
    const told = await report([steady, steady, steady]);
    expect(told.answers).toEqual({ outage: 'pass', 'lost-writes': 'pass' });
    expect(told.facts).toMatchObject({ verdict: 'pass', acknowledged: '90', lost: '0' });
  });

  it('counts the gap of the member that left apart, and tells it', async () => {
    const told = await report([gap(40), steady, steady]);
    expect(told.answers.outage).toBe('pass');
    expect(told.facts).toMatchObject({
      verdict: 'pass',
      'outage-maria-01': expect.stringMatching(/^4\d\./) as unknown,
    });
    expect(Number(told.facts['outage-seconds'])).toBeLessThan(1);
  });

  it.each([
    [20, 'warn', 'pass'],
    [61, 'fail', 'fail'],
  ])('calls %s s without writes on a member that stayed a %s', async (seconds, answer, verdict) => {
    const told = await report([gap(90), gap(seconds), steady]);
    expect(told.answers.outage).toBe(answer);
    expect(told.facts.verdict).toBe(verdict);
  });

  it('fails for one acknowledged write that a member lacks', async () => {
    const told = await report([steady, steady, steady], [17]);
    expect(told.answers['lost-writes']).toBe('fail');
    expect(told.facts).toMatchObject({ verdict: 'fail', lost: '1' });
  });

  it('knows nothing of lost writes when no member can be asked', async () => {
    const told = await report([steady, steady, steady], [], 0);
    expect(told.answers['lost-writes']).toBe('unknown');
    expect(told.facts.verdict).toBe('fail');
  });
});
