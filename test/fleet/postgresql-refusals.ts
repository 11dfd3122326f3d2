import { expect, it } from '@jest/globals';
import { readable, runIdOf } from '../helpers/deployment.ts';
import { approved, command, type Movable } from './operator.ts';
import { hostOf, leaderOf, leadersOf } from './postgresql-cluster.ts';
import { FAULTS } from './postgresql-faults.ts';

/** What keeps a leader from being moved: the check that refuses, and the fault of postgresql-faults.ts that is made. */
const REFUSED = [
  ['replicas', 'a replica stopped'],
  ['replication-lag', 'a replica that applies nothing, 2 MiB behind'],
  ['not-paused', 'Patroni paused'],
  ['dcs-quorum', "a replica's Patroni hangs, its PostgreSQL does not"],
] as const;

const MINUTE_MS = 60_000;

/** One test for each reason for which a move is refused or waits. `whole`: waits until every check that can pass does. */
export function describeRefusals(open: () => Movable, whole: () => Promise<void>): void {
  it.each(REFUSED)('refuses by %s: %s, and moves nothing', async (check, title) => {
    const real = open();
    const fault = FAULTS.find((one) => one.title === title);
    if (typeof fault?.make !== 'string' || typeof fault.undo !== 'string') throw new Error(`${title} is no fault.`);
    await whole();
    const before = await leaderOf(real);
    const host = await hostOf(real, fault.on);
    expect((await real.fleet.exec(host, fault.make)).exitCode).toBe(0);
    const refused = await command(real, 'drill postgresql', MINUTE_MS);
    expect((await real.fleet.exec(host, fault.undo)).exitCode).toBe(0);
    expect(readable(refused)).toMatch(/\*Refused/);
    const events = await real.events(refused);
    const answers = events.flatMap((event) =>
      event.type === 'checks.answered' && event.step === 'before' ? event.results : [],
    );
    expect(answers.find((result) => result.check === check)?.answer).toBe('fail');
    expect(events.filter(({ type }) => type === 'host.started')).toEqual([]);
    expect(await leadersOf(real)).toEqual([before]);
  });

  it('waits while a person holds the lock, says who holds it and what for, and moves nothing', async () => {
    const real = open();
    await whole();
    const before = await leaderOf(real);
    const operator = real.slack.person('operator');
    await operator.command('#ops', '/keybuzz', 'lock postgresql disk of db-slave-01');
    let waiting = await approved(real, 'failover postgresql');
    waiting = await real.when(waiting, (text) => text.includes('is held by'), MINUTE_MS);
    expect(readable(waiting)).toMatch(/Lock `postgresql` is held by Olga Operator \(disk of db-slave-01\) since/);
    await operator.command('#ops', '/keybuzz', `cancel ${runIdOf(waiting)}`);
    expect(readable(await real.when(waiting, (text) => text.includes('Cancelled'), MINUTE_MS))).toContain('Log head');
    await operator.command('#ops', '/keybuzz', 'unlock postgresql');
    expect((await real.events(waiting)).filter(({ type }) => type === 'host.started')).toEqual([]);
    expect(await leaderOf(real)).toBe(before);
  });
}
