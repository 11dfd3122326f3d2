import { describe, expect, it } from '@jest/globals';
import type { ScriptStep, Verb } from '../../../src/modules/contract.ts';
import { createBase } from '../../../src/modules/base/index.ts';
import { SETTINGS } from '../../../src/modules/base/settings.ts';
import { MODULES } from '../../../src/modules/index.ts';
import { inventory } from './fleet.ts';

const base = createBase(['haproxy', 'redis']);
const plan = (verb: Verb) => base.plan({ verb, inventory }, (script) => `hash of ${script}`);
const waves = plan('deploy').filter((step): step is ScriptStep => step.kind === 'script');

describe('the plan of base', () => {
  it('lets one host prove before the first wave goes on, and asks every host at the end', () => {
    expect(waves[0]).toMatchObject({ id: 'host-1', order: 'first-then-rest', impact: 'disruptive', gateSeconds: 0 });
    for (const wave of waves.slice(1)) expect(wave.order).toBe('together');
    expect(waves.at(-1)?.work.map(({ host }) => host)).toEqual(['install-01']);
    expect(plan('deploy').at(-1)).toMatchObject({
      kind: 'checks',
      must: ['services', 'swap', 'firewall', 'sshd', 'resolver', 'sysctl'],
    });
  });

  it('has every wave confirmed over a new connection, for longer than a host waits', () => {
    for (const { confirm } of waves) {
      expect(confirm).toMatchObject({ script: 'base/confirm-host.sh', scriptHash: 'hash of base/confirm-host.sh' });
      expect(confirm?.timeoutSeconds).toBeGreaterThan(SETTINGS.rollbackSeconds);
    }
  });

  it('tells a host its own address, the settings and its rules', () => {
    const work = waves.flatMap((wave) => wave.work).find(({ host }) => host === 'redis-01');
    expect(work?.args[0]).toBe('10.0.0.123');
    expect(work?.args).toEqual(
      expect.arrayContaining([
        'zone=Europe/Paris',
        'peer=10.0.0.250',
        'rollback=120',
        'exempt=10.0.0.0/16',
        'exempt=203.0.113.250',
        'sysctl=net.core.somaxconn=65535',
        'sshd=PermitRootLogin=prohibit-password',
        'rule=ssh,tcp,22,10.0.0.0/16',
        'rule=redis,tcp,26379,10.0.0.0/16',
      ]),
    );
  });

  it('takes the locks of all modules that run on its hosts, so that nothing moves meanwhile', () => {
    const registered = MODULES.find(({ name }) => name === 'base');
    const others = MODULES.filter((one) => one.name !== 'base' && one.cloud === undefined).flatMap(
      ({ locks }) => locks,
    );
    expect(registered?.locks).toEqual(expect.arrayContaining(['base', ...others]));
  });
});
