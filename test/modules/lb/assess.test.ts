import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadInventory } from '../../../src/inventory.ts';
import { HETZNER } from '../../../src/modules/cloud.ts';
import type { HostAnswer } from '../../../src/modules/contract.ts';
import { assessLb } from '../../../src/modules/lb/assess.ts';
import { CHECKS } from '../../../src/modules/lb/checks.ts';
import { balancersOf, namedHosts } from '../../../src/modules/lb/settings.ts';
import { recordsOf } from '../../../src/modules/names.ts';

const inventory = loadInventory(join(import.meta.dirname, '../../../inventory/servers.tsv'));

const cloud = (dns: Partial<HostAnswer['checks'][number]> = {}): HostAnswer => ({
  ...{ host: HETZNER, outcome: 'ok', facts: {}, reason: '' },
  checks: CHECKS.filter(({ id }) => id !== 'requests').map(({ id }) => {
    return { id, answer: 'pass', value: '', text: 'fine', ...(id === 'dns' ? dns : {}) };
  }),
});

function orchestrator(changed: Record<string, string> = {}): HostAnswer {
  const ports = balancersOf(inventory).flatMap(({ name, services }) =>
    services.map(({ listenPort }) => [`request.${name}.${listenPort}`, 'answers']),
  );
  const names = recordsOf(namedHosts(inventory)).map(({ name, zone, addresses }) => [
    `dns.${name}.${zone}`,
    addresses.join(','),
  ]);
  const facts = { ...Object.fromEntries([...ports, ...names]), ...changed } as Record<string, string>;
  return { host: 'install-01', outcome: 'ok', facts, checks: [], reason: '' };
}

const answerOf = (id: string, ...answers: HostAnswer[]) => {
  const found = assessLb(inventory, answers).find(({ check }) => check === id);
  return `${found?.answer ?? ''}: ${found?.text ?? ''}`;
};

describe('the checks of lb', () => {
  it('pass when Hetzner says so, every port answers and every name is right', () => {
    const results = assessLb(inventory, [orchestrator(), cloud()]);
    expect(results.map(({ answer }) => answer)).toEqual(CHECKS.map(() => 'pass'));
  });

  it('name each port that does not answer, and why', () => {
    const said = orchestrator({ 'request.lb-haproxy.5672': 'refused', 'request.lb-mariadb.3306': 'odd' });
    const text = 'lb-haproxy refuses connections on 5672; lb-mariadb answers in another protocol on 3306';
    expect(answerOf('requests', said, cloud())).toBe(`fail: ${text}`);
  });

  it('do not know what nobody asked', () => {
    const silent: HostAnswer = { ...orchestrator(), outcome: 'unknown', facts: {}, reason: 'no route' };
    expect(answerOf('requests', silent, cloud())).toBe('unknown: install-01 says nothing: no route');
    expect(
      answerOf('healthy', orchestrator(), { ...cloud(), outcome: 'unknown', checks: [], reason: 'no token' }),
    ).toBe('unknown: no token');
  });

  it('say what to enter where, when the zone is hosted elsewhere and a name is wrong', () => {
    const elsewhere = cloud({ answer: 'warn', value: 'elsewhere' });
    expect(answerOf('dns', orchestrator(), elsewhere)).toBe(
      'pass: the zone is hosted elsewhere, and the names are right',
    );
    const wrong = orchestrator({ 'dns.s3.keybuzz.io': '10.0.0.134' });
    const text = answerOf('dns', wrong, elsewhere);
    expect(text).toContain('fail: s3.keybuzz.io is 10.0.0.134, not 10.0.0.131, 10.0.0.132, 10.0.0.134');
    expect(text).toContain('enter at the DNS host of keybuzz.io: minio-01 A 10.0.0.134; minio-02 A 10.0.0.131');
  });

  it('fail on what is wrong in the zone at Hetzner, though the resolver still has the right answer', () => {
    expect(answerOf('dns', orchestrator(), cloud({ answer: 'fail', text: 's3 A is missing' }))).toBe(
      'fail: s3 A is missing',
    );
  });
});

describe('the desired load balancers', () => {
  it('fit into lb11, have the addresses of the platform, and send nothing to the masters of K3s', () => {
    const all = balancersOf(inventory);
    expect(all.map(({ name, address, isPublic }) => `${name} ${address} ${isPublic ? 'public' : 'private'}`)).toEqual([
      'lb-haproxy 10.0.0.10 private',
      'lb-mariadb 10.0.0.20 private',
      'lb-keybuzz-1 10.0.0.5 public',
      'lb-keybuzz-2 10.0.0.6 public',
    ]);
    for (const { services, targets } of all) {
      expect(services.length).toBeLessThanOrEqual(5);
      expect(targets.length).toBeLessThanOrEqual(25);
      for (const { proxyProtocol, health } of services)
        expect([proxyProtocol, health.interval, health.retries]).toEqual([false, 3, 3]);
    }
    expect(all.flatMap(({ targets }) => targets.map(({ host }) => host)).join()).not.toContain('master');
    expect(all.flatMap(({ services }) => services.map(({ listenPort }) => listenPort))).not.toContain(6443);
  });
});
