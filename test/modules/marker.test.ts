import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runShell } from './shell.ts';

describe('what markers tell of an engine whose nodes all take writes', () => {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'keybuzz-marker-'));
  });

  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  /** Reports on 30 acknowledged markers of one entry, answered by two nodes by turns; `lost` is one that is not kept. */
  async function report(words: string, lost = -1) {
    const now = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    const lines = Array.from({ length: 30 }, (_, marker) => {
      const at = (now - 3 + marker * 0.1).toFixed(2);
      return `${marker} ${at} ${at} ok node-${marker % 2} 1\n`;
    });
    writeFileSync(join(directory, 'ledger-entry'), lines.join(''));
    const ran = await runShell(
      `REPORT=$PERL_LIBRARY$MARKER_LEDGERS'
         my $primary = "any node"; my %words = (${words});
         sub kept { return $_[1] != ${lost} }
       '$MARKER_JUDGE
       perl -e "$REPORT" -- ${directory} token 10 entry`,
      { needs: ['lib.sh', 'perl.sh', 'marker.sh'] },
    );
    const checks = ran.lines.flatMap((line) => (line.kind === 'check' ? [`${line.id} ${line.answer}`] : []));
    return { checks, verdict: ran.facts.verdict };
  }

  it('does not ask whether two nodes took writes, and still judges the outage and what was lost', async () => {
    const words = 'primary => "node", safe => "a majority", shared => 1';
    expect(await report(words)).toEqual({ checks: ['outage pass', 'lost-writes pass'], verdict: 'pass' });
    expect(await report(words, 7)).toEqual({ checks: ['outage pass', 'lost-writes fail'], verdict: 'fail' });
  });

  it('asks it of an engine with one primary', async () => {
    const told = await report('primary => "leader", safe => "a replica"');
    expect(told).toEqual({ checks: ['outage pass', 'lost-writes pass', 'two-leaders fail'], verdict: 'fail' });
  });

  it('names the entries for those who report', async () => {
    const ran = await runShell('fact names "$(entry_names "$@")"', {
      needs: ['lib.sh', 'perl.sh', 'marker.sh'],
      args: ['haproxy-01=10.0.0.11:5672', 'haproxy-02=10.0.0.12:5672'],
    });
    expect(ran.facts.names).toBe('haproxy-01,haproxy-02');
  });
});
