import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runShell } from '../shell.ts';

/** A marker's line: when it was answered (s before now), how, by which node, and whether a synchronous replica had it. */
type Line = [ago: number, answer: string, node: string, had: 0 | 1];

const needs = ['lib.sh', 'perl.sh', 'http.sh', 'postgresql.sh', 'marker.sh', 'postgresql-marker.sh'];

describe('what the markers of a switchover tell', () => {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'keybuzz-marker-'));
  });

  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  /** Reports on a ledger of one entry; `missing` are the markers that the leader does not have. */
  async function report(lines: readonly Line[], missing: readonly number[] = [], leader = '10.0.0.121') {
    const now = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    const text = lines.map(([ago, answer, node, had], marker) => {
      const at = (now - ago).toFixed(2);
      return `${marker} ${at} ${at} ${answer} ${node} ${had}\n`;
    });
    writeFileSync(join(directory, 'ledger-haproxy-01-5432'), text.join(''));
    const kept = lines.flatMap(([, answer], marker) =>
      answer === 'ok' && !missing.includes(marker) ? [`haproxy-01-5432|${marker}\n`] : [],
    );
    writeFileSync(join(directory, 'rows'), kept.join(''));
    const ran = await runShell(
      `perl -e "$MARKER_REPORT" -- ${directory} token 10 haproxy-01-5432 '${leader}' <${directory}/rows`,
      { needs },
    );
    const checks = ran.lines.flatMap((line) => (line.kind === 'check' ? [[line.id, line.answer] as const] : []));
    const answers: Record<string, string | undefined> = Object.fromEntries(checks);
    return { answers, facts: ran.facts };
  }

  const steady = (node = '10.0.0.120'): Line[] => Array.from({ length: 30 }, (_, at) => [3 - at * 0.1, 'ok', node, 1]);

  it('finds no fault with writes that went on', async () => {
    const told = await report(steady());
    expect(told.answers).toEqual({ outage: 'pass', 'lost-writes': 'pass', 'two-leaders': 'pass' });
    expect(told.facts).toMatchObject({ verdict: 'pass', acknowledged: '30', 'acknowledged-by-all': '30', lost: '0' });
  });

  it('fails for one lost write that a synchronous replica had, and warns of one that nobody waited for', async () => {
    expect((await report(steady(), [17])).facts).toMatchObject({ verdict: 'fail', 'lost-by-all': '1' });
    const alone = steady().map((line, at): Line => (at === 17 ? [line[0], 'ok', line[2], 0] : line));
    const told = await report(alone, [17]);
    expect(told.answers['lost-writes']).toBe('warn');
    expect(told.facts).toMatchObject({ verdict: 'pass', lost: '1', 'lost-by-all': '0' });
  });

  it.each([
    [9, 'pass', 'pass'],
    [20, 'warn', 'pass'],
    [61, 'fail', 'fail'],
  ])('calls an outage of %s s a %s', async (gap, answer, verdict) => {
    const before = steady().map(([ago, ...rest]): Line => [ago + gap, ...rest]);
    const told = await report([...before, [1, 'unreached', '-', 0], [0, 'ok', '10.0.0.121', 1]]);
    expect(told.answers.outage).toBe(answer);
    expect(told.facts).toMatchObject({ verdict, answers: 'ok=31 unreached=1' });
  });

  it('tells two leaders at a time from one that moved', async () => {
    const moved = steady().map(([ago], at): Line => [ago, 'ok', at < 15 ? '10.0.0.120' : '10.0.0.121', 1]);
    expect((await report(moved)).answers['two-leaders']).toBe('pass');
    const both = steady().map(([ago], at): Line => [ago, 'ok', at % 2 === 0 ? '10.0.0.120' : '10.0.0.121', 1]);
    expect((await report(both)).answers['two-leaders']).toBe('fail');
  });

  it('knows nothing of lost writes when no leader can be asked', async () => {
    const told = await report(steady(), [], '');
    expect(told.answers['lost-writes']).toBe('unknown');
    expect(told.facts.verdict).toBe('fail');
  });
});
