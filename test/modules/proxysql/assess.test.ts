import { describe, expect, it } from '@jest/globals';
import type { Fault } from '../answers.ts';
import { healthy, notPassing, PROXIES, resultsOf, serversWith, withFaults } from './cluster.ts';

const both = (facts: Record<string, string>): Fault[] => Object.keys(PROXIES).map((host) => [host, facts]);

const FAULTS: readonly [what: string, faults: Fault[], noticed: string[]][] = [
  ['factory credentials', [['proxysql-02', { 'admin.factory': 'yes' }]], ['admin: fail']],
  ['an admin that others reach', [['proxysql-01', { 'peer-admin': 'open' }]], ['admin-closed: fail']],
  [
    'several writers allowed',
    [['proxysql-01', { 'admin.galera': 'writers=10,backups=20,max=3,active=1' }]],
    ['galera-hostgroups: fail'],
  ],
  [
    'a member that is offline',
    both({ 'admin.servers': serversWith('10.0.0.170', ['10.0.0.172']) }),
    ['backends: fail'],
  ],
  [
    'a shunned member',
    both({ 'admin.servers': serversWith('10.0.0.170').replace(/ONLINE$/, 'SHUNNED') }),
    ['backends: fail'],
  ],
  [
    'a stranger',
    both({ 'admin.servers': `${serversWith('10.0.0.170')} group=20,host=10.0.0.99,status=ONLINE` }),
    ['backends: fail'],
  ],
  [
    'different writers',
    [['proxysql-02', { 'admin.servers': serversWith('10.0.0.171'), 'entry.node': '10.0.0.171' }]],
    ['one-writer: fail', 'entry: unknown', 'load-balancer: fail'],
  ],
  [
    'two writers',
    [['proxysql-02', { 'admin.servers': serversWith('10.0.0.170').replace('group=20', 'group=10') }]],
    ['one-writer: fail', 'entry: unknown', 'load-balancer: fail'],
  ],
  [
    'users that differ',
    [
      [
        'proxysql-02',
        {
          'admin.checksums':
            'name=mysql_query_rules,checksum=0x1 name=mysql_servers,checksum=0x2 name=mysql_users,checksum=0x9',
        },
      ],
    ],
    ['agree: fail'],
  ],
  ['what is not on disk', [['proxysql-01', { 'admin.unsaved': '2' }]], ['saved: fail']],
  ['a rule that reads elsewhere', both({ 'admin.rules': 'group=30,apply=1' }), ['no-stale-reads: fail']],
  ['an entry that leads elsewhere', [['proxysql-01', { 'entry.node': '10.0.0.172' }]], ['entry: fail']],
  ['an entry that is down', [['proxysql-01', { entry: 'stopped', 'entry.node': '' }]], ['entry: fail']],
  ['no load balancer', both({ balancer: 'absent', 'balancer.node': '' }), ['load-balancer: warn']],
  ['a load balancer that lets nobody in', both({ balancer: 'silent', 'balancer.node': '' }), ['load-balancer: fail']],
  ['errors of the monitor', [['proxysql-01', { 'admin.errors': '4' }]], ['monitor: warn']],
];

describe('what the checks make of the proxies', () => {
  it('passes healthy ones', () => {
    expect(notPassing(healthy())).toEqual([]);
  });

  it.each(FAULTS)('notices %s, and blames nothing else', (_, faults, noticed) => {
    expect(notPassing(withFaults(...faults))).toEqual(noticed);
  });

  it('has a fault for every check', () => {
    const noticed = FAULTS.flatMap(([, , lines]) => lines.map((line) => line.split(':')[0]));
    expect(
      resultsOf(healthy())
        .map(({ check }) => check)
        .filter((check) => !noticed.includes(check)),
    ).toEqual([]);
  });

  it('never passes when a fact is missing', () => {
    for (const answer of healthy()) {
      for (const key of Object.keys(answer.facts)) {
        const found = notPassing(withFaults([answer.host, { [key]: '' }])).length > 0;
        expect([key, answer.host, found]).toEqual([key, answer.host, true]);
      }
    }
  });

  it.each(Object.keys(PROXIES))('passes nothing when %s is silent', (silent) => {
    const answers = healthy().filter(({ host }) => host !== silent);
    expect(resultsOf(answers).filter(({ answer }) => answer === 'pass')).toEqual([]);
  });

  it('names member and proxy in what people read', () => {
    const answers = withFaults(...both({ 'admin.servers': serversWith('10.0.0.170', ['10.0.0.172']) }));
    const text = resultsOf(answers).find(({ check }) => check === 'backends')?.text;
    expect(text).toContain('10.0.0.172 is ONLINE in 9999 on proxysql-01');
  });
});
