import { describe, expect, it } from '@jest/globals';
import { errorOf, open } from './doors.ts';
import { modules, redis } from './fakes.ts';

describe('a lock', () => {
  it('is taken, shown and given back by whoever may, under the reason they gave', async () => {
    const { slack } = open();
    expect(await slack('U0RITA', 'locks')).toEqual({ kind: 'locks', locks: [] });
    const taken = await slack('U0OLGA', 'lock redis disk of redis-02');
    expect(taken).toMatchObject({ kind: 'locked', lock: { owner: 'Olga Petit', reason: 'disk of redis-02' } });
    expect(await slack('U0RITA', 'locks')).toMatchObject({ locks: [{ lock: 'redis', owner: 'Olga Petit' }] });
    expect(await slack('U0OLGA', 'unlock redis')).toEqual({ kind: 'unlocked', lock: 'redis' });
    expect(await slack('U0RITA', 'locks')).toEqual({ kind: 'locks', locks: [] });
  });

  it("of a module's name is that module's, though others take it as well", async () => {
    const base = { ...redis, name: 'base', locks: ['base', ...modules.flatMap(({ locks }) => locks)] };
    const { slack } = open([base, ...modules]);
    expect(await slack('U0OLGA', 'lock redis disk of redis-02')).toMatchObject({ kind: 'locked' });
    expect((await errorOf(slack('U0OLGA', 'lock haproxy x'))).message).toContain('may not lock haproxy');
  });

  it('of several modules is for those who may act on all of them', async () => {
    const { slack, engine } = open();
    expect((await errorOf(slack('U0OLGA', 'lock haproxy new certificate'))).message).toContain('may not lock haproxy');
    await errorOf(slack('U0RITA', 'lock redis x'));
    expect(await engine.locks()).toEqual([]);
    expect(await slack('U0ADA', 'lock haproxy new certificate')).toMatchObject({ kind: 'locked' });
  });

  it('is stolen by a run that needs an approval and says why', async () => {
    const { slack, engine } = open();
    await errorOf(slack('U0OLGA', 'steal redis it burnt'));
    expect(await slack('U0ANDRE', 'steal redis it burnt')).toMatchObject({ kind: 'started' });
    expect(engine.started).toMatchObject([
      {
        command: 'steal redis it burnt',
        gate: { approvals: 1, impact: 'disruptive' },
        plan: { locks: [], steps: [{ kind: 'steal', lock: 'redis' }] },
      },
    ]);
    expect(await slack('U0ADA', 'cancel lusab-babad')).toMatchObject({ kind: 'decided' });
  });
});
