import { describe, expect, it } from '@jest/globals';
import { CommandError, RefusedError } from '../../src/errors.ts';
import { hashPlan } from '../../src/commands/plan.ts';
import type { Module } from '../../src/modules/contract.ts';
import { errorOf, open } from './doors.ts';
import { modules, postgresql } from './fakes.ts';

describe('a command that becomes a run', () => {
  it('is handed to the engine with its plan, gate, person and place', async () => {
    const { engine, slack } = open();
    const reply = await slack('U0OLGA', '  Deploy “redis” ', 'trigger-1');
    expect(reply).toMatchObject({ kind: 'started', duplicate: false, state: { runId: 'lusab-babad' } });
    const [request] = engine.started;
    expect(request).toMatchObject({
      ...{ command: 'deploy redis', interaction: 'trigger-1', previewOnly: false },
      person: { id: 'olga', name: 'Olga Petit', slack: 'U0OLGA' },
      origin: { via: 'slack', channel: 'C0OPS' },
      gate: { approvals: 1, impact: 'disruptive', expiresAfterSeconds: 1800 },
    });
    expect(request?.planHash).toBe(request && hashPlan(request.plan));
  });

  it('delivered twice is one run', async () => {
    const { engine, slack } = open();
    await slack('U0OLGA', 'deploy redis', 'trigger-1');
    expect(await slack('U0OLGA', 'deploy redis', 'trigger-1')).toMatchObject({ duplicate: true });
    expect(engine.started).toHaveLength(1);
  });

  it('ends after the preview for plan, which readers may ask for', async () => {
    const { engine, slack } = open();
    await slack('U0RITA', 'plan redis');
    expect(engine.started[0]).toMatchObject({
      command: 'plan redis',
      previewOnly: true,
      plan: { title: 'deploy redis' },
    });
  });

  it('is not started for somebody who may not, who learns who may', async () => {
    const { engine, slack } = open();
    const error = await errorOf(slack('U0RITA', 'deploy redis'));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error.message).toBe('Rita Brun may not deploy redis.');
    expect(error.fix).toContain('operator');
    await errorOf(slack('U0OLGA', 'deploy postgresql'));
    await errorOf(slack('U0ROB', 'enroll redis-01'));
    await errorOf(slack('U0NOBODY', 'status redis'));
    expect(engine.started).toEqual([]);
  });

  it('works in the terminal under the same policy', async () => {
    const { engine, terminal } = open();
    await terminal('olga', 'deploy redis');
    expect(engine.started[0]).toMatchObject({ person: { id: 'olga' }, origin: { via: 'terminal', channel: '' } });
    await terminal('root', 'status redis');
    expect(engine.started[1]?.person).toEqual({ id: 'login:root', name: 'root' });
    expect((await errorOf(terminal('root', 'deploy redis'))).fix).toContain('`root` added to `logins`');
  });
});

describe('a decision', () => {
  async function started(text = 'deploy redis') {
    const all = open();
    await all.slack('U0ANDRE', text);
    return all;
  }

  it.each([
    ['approve lusab-babad', 'approve', 'approved'],
    ['approve `LUSAB-BABAD`.', 'approve', 'approved'],
    ['deny lusab-babad not tonight', 'deny', 'denied'],
    ['cancel lusab-babad', 'cancel', 'cancelled'],
    ['resume lusab-babad', 'resume', 'resumed'],
    ['abandon lusab-babad', 'abandon', 'abandoned'],
  ])('%s is handed to the engine', async (text, what, decision) => {
    const { engine, slack } = await started();
    expect(await slack('U0OLGA', text, 'click')).toMatchObject({ kind: 'decided', decision });
    const given = { runId: 'lusab-babad', via: 'slack', interaction: 'click', person: { id: 'olga' } };
    expect(engine.decisions).toMatchObject([{ what, decision: given }]);
  });

  it('is about the approval that the person saw', async () => {
    const { engine, execute } = await started();
    const identity = { via: 'slack' as const, userId: 'U0OLGA', teamId: 'T0' };
    await execute('approve lusab-babad', { identity, channel: 'C0OPS', interaction: 'i', approval: 'lusab-babad-3' });
    expect(engine.decisions[0]?.decision.approval).toBe('lusab-babad-3');
  });

  it('carries the reason of a denial, and is none without one', async () => {
    const { engine, slack } = await started();
    await slack('U0OLGA', 'deny lusab-babad wait for the backup');
    expect(engine.decisions[0]?.decision.reason).toBe('wait for the backup');
    expect(await errorOf(slack('U0OLGA', 'deny lusab-babad'))).toBeInstanceOf(CommandError);
  });

  it('counts only from those the policy names for that impact and module', async () => {
    const { engine, slack, terminal } = await started('deploy postgresql');
    expect((await errorOf(slack('U0OLGA', 'approve lusab-babad'))).fix).toContain('admin');
    await errorOf(slack('U0OLGA', 'deny lusab-babad no'));
    await errorOf(slack('U0NOBODY', 'approve lusab-babad'));
    await errorOf(terminal('root', 'approve lusab-babad'));
    expect(engine.decisions).toEqual([]);
    await slack('U0ADA', 'approve lusab-babad');
    expect(engine.decisions).toHaveLength(1);
  });

  it('to cancel, resume or abandon is for those who may use that verb on that module', async () => {
    const { engine, slack, terminal } = await started('deploy postgresql');
    for (const verb of ['cancel', 'resume', 'abandon']) {
      await errorOf(slack('U0OLGA', `${verb} lusab-babad`));
      await errorOf(slack('U0RITA', `${verb} lusab-babad`));
      await errorOf(terminal('root', `${verb} lusab-babad`));
    }
    expect(engine.decisions).toEqual([]);
  });

  it('about a run that does not exist names the one that was probably meant', async () => {
    const { slack } = await started();
    const error = await errorOf(slack('U0OLGA', 'approve lusab-babat'));
    expect(error).toBeInstanceOf(CommandError);
    expect(error.fix).toContain('Did you mean `lusab-babad`?');
    expect((await errorOf(open().slack('U0OLGA', 'approve x'))).fix).toBe('No run was started yet.');
  });
});

describe('a question', () => {
  it('about the inventory is answered by the hosts it selects', async () => {
    const { slack } = open();
    const reply = await slack('U0RITA', 'inventory stack=haproxy');
    expect(reply).toMatchObject({ kind: 'inventory', title: 'inventory stack=haproxy' });
    expect(reply.kind === 'inventory' && reply.hosts.map(({ name }) => name)).toEqual(['haproxy-01', 'haproxy-02']);
  });

  it('about runs is answered by the engine', async () => {
    const { slack } = open();
    await slack('U0OLGA', 'deploy redis');
    expect(await slack('U0RITA', 'runs --limit 5')).toMatchObject({ kind: 'runs', runs: [{ runId: 'lusab-babad' }] });
    const reply = await slack('U0RITA', 'show lusab-babad');
    expect(reply).toMatchObject({ kind: 'run', events: [{ body: { type: 'run.requested' } }] });
    await errorOf(slack('U0NOBODY', 'show lusab-babad'));
  });

  it('about a run is refused before a stranger learns whether there is one', async () => {
    const { slack } = open();
    expect(await errorOf(slack('U0NOBODY', 'show lusab-babad'))).toBeInstanceOf(RefusedError);
  });
});

describe('help and whoami', () => {
  it('help hides what one may not do', async () => {
    const { slack } = open();
    const shown = async (user: string) => {
      const reply = await slack(user, '');
      return reply.kind === 'help' ? reply.lines.map(({ usage }) => usage.split(' ')[0]) : [];
    };
    expect(await shown('U0NOBODY')).toEqual(['help', 'whoami']);
    expect(await shown('U0RITA')).toEqual([
      'help',
      'whoami',
      'status',
      'inventory',
      'plan',
      'runs',
      'show',
      'logs',
      'locks',
    ]);
    expect(await shown('U0ADA')).toEqual(expect.arrayContaining(['deploy', 'approve', 'deny', 'cancel', 'enroll']));
  });

  it('offers a verb of modules only when a module has it', async () => {
    const usages = async (of: readonly Module[]) => {
      const { slack } = open(of);
      const reply = await slack('U0ANDRE', 'help');
      return reply.kind === 'help' ? reply.lines.map(({ usage }) => usage) : [];
    };
    expect(await usages(modules)).toEqual(
      expect.arrayContaining([
        'failover <module> [--emergency <..>] [--code <..>] [--break-glass <reason...>]',
        'drill <module>',
      ]),
    );
    expect((await usages([postgresql])).join()).not.toContain('failover <module>');
    const about = await open([postgresql]).slack('U0ANDRE', 'help failover');
    expect(about.kind === 'help' && about.notes).toContain('No module offers it.');
  });

  it('help tells all about a verb or a module', async () => {
    const { slack } = open();
    expect(await slack('U0RITA', 'help runs')).toMatchObject({ lines: [{ usage: 'runs [--open] [--limit <n>]' }] });
    const denied = await slack('U0RITA', 'help deploy');
    expect(denied.kind === 'help' && denied.notes.at(-1)).toBe('You may not use it.');
    const module = await slack('U0OLGA', 'help postgresql');
    expect(module).toMatchObject({
      lines: [{ usage: 'status postgresql' }, { usage: 'plan postgresql' }, { usage: 'deploy postgresql' }],
      notes: [expect.stringContaining('PING gives PONG')],
    });
  });

  it('help tells of the verb and of the module where both have the name', async () => {
    const both = await open([{ ...postgresql, name: 'inventory' }]).slack('U0RITA', 'help inventory');
    expect(both).toMatchObject({
      title: 'inventory',
      lines: [
        { usage: 'inventory [role=..|subrole=..|stack=..|host]' },
        { usage: 'status inventory' },
        { usage: 'plan inventory' },
      ],
    });
  });

  it('whoami tells a stranger how to get in, through help', async () => {
    const { slack, terminal } = open();
    expect(await slack('U0NOBODY', 'whoami')).toMatchObject({ kind: 'whoami', mapped: false, roles: [] });
    expect(await terminal('olga', 'whoami')).toMatchObject({
      mapped: true,
      roles: ['operator'],
      person: { id: 'olga' },
    });
    const reply = await slack('U0NOBODY', 'help');
    expect(reply.kind === 'help' && reply.notes[0]).toContain('`U0NOBODY` added to `slack`');
  });
});
