import { describe, expect, it } from '@jest/globals';
import { answersWith, assess, HEALTHY, notPassing } from './fleet.ts';

/** Each fault on one host, and the one check that must notice it. */
const FAULTS: [title: string, facts: Record<string, string>, noticed: string][] = [
  ['a Docker that is stopped', { docker: 'stopped' }, 'services: fail'],
  ['a Docker that does not answer', { docker: 'silent' }, 'services: fail'],
  ['a Docker with another log driver', { 'docker.driver': 'local' }, 'services: fail'],
  ['a Docker that has not read its options', { 'docker.options': 'old' }, 'services: warn'],
  ['a fail2ban that failed', { fail2ban: 'failed' }, 'services: fail'],
  ['an auditd that is stopped', { auditd: 'inactive' }, 'services: fail'],
  ['swap that is on', { 'swap.on': '1' }, 'swap: fail'],
  ['swap that would be on after a reboot', { 'swap.fstab': '1' }, 'swap: fail'],
  ['no firewall', { firewall: 'absent' }, 'firewall: fail'],
  ['a firewall that is off', { firewall: 'off' }, 'firewall: fail'],
  ['IPv6 that is open', { 'firewall.policy': 'ACCEPT/DROP' }, 'firewall: fail'],
  ['a rule that is missing', { 'firewall.missing': 'redis,redis' }, 'firewall: fail'],
  ['passwords for sshd', { 'sshd.PasswordAuthentication': 'yes' }, 'sshd: fail'],
  ['files that sshd refuses', { sshd: 'broken' }, 'sshd: fail'],
  ['another resolver', { 'resolver.servers': '9.9.9.9' }, 'resolver: fail'],
  ['a resolver that is not asked', { 'resolver.used': 'no' }, 'resolver: fail'],
  ['a resolver that does not answer', { 'resolver.answers': 'no' }, 'resolver: fail'],
  ['systemd-resolved down', { resolver: 'inactive' }, 'resolver: fail'],
  ['a clock without NTP', { clock: 'no' }, 'clock: fail'],
  ['a clock that is off', { 'clock.offset': '501' }, 'clock: fail'],
  ['another time zone', { 'clock.zone': 'Etc/UTC' }, 'clock: warn'],
  ['a kernel setting that was changed', { 'sysctl.net.core.somaxconn': '4096' }, 'sysctl: fail'],
  ['a reboot that is due', { reboot: 'asked for: linux-image-amd64' }, 'reboot: warn'],
  ['a disk that fills', { disk: '86 /opt' }, 'disk: warn'],
  ['a disk that is full', { disk: '96 /opt' }, 'disk: fail'],
  ['a disk without inodes', { 'disk.inodes': '99 /' }, 'disk: fail'],
  ['old lists of packages', { 'updates.lists': '8' }, 'updates: warn'],
  ['updates that wait for a roll', { 'updates.security': '1', 'updates.held': 'redis-server' }, 'updates: warn'],
  ['updates that nobody installs', { 'updates.security': '3', 'updates.turn': '-1' }, 'updates: warn'],
];

describe('what the checks make of the base of 52 hosts', () => {
  it('passes when all is well', () => {
    expect(notPassing(answersWith())).toEqual([]);
  });

  it.each(FAULTS)('notices %s, names the host, and blames nothing else', (_, facts, noticed) => {
    const answers = answersWith({ 'redis-02': facts });
    expect(notPassing(answers)).toEqual([noticed]);
    const [check] = noticed.split(':');
    expect(assess(answers).find((result) => result.check === check)?.text).toContain('1 of 52: redis-02');
  });

  it('stays short when every host has the same fault', () => {
    const all = Object.fromEntries(answersWith().map(({ host }) => [host, { firewall: 'off' }]));
    const text = assess(answersWith(all)).find(({ check }) => check === 'firewall')?.text ?? '';
    expect(text).toBe(
      'UFW is off, not on (52 of 52: haproxy-01, haproxy-02, k8s-master-01, k8s-master-02, k8s-master-03 and 47 more)',
    );
  });

  it('tells the gravest finding first, and how many more there are', () => {
    const sshd = Object.fromEntries(
      Object.keys(HEALTHY).flatMap((key) => (key.startsWith('sshd.') ? [[key, 'x']] : [])),
    );
    const text = assess(answersWith({ 'redis-02': sshd })).find(({ check }) => check === 'sshd')?.text;
    expect(text).toMatch(/; 5 more findings$/);
  });

  it('passes nothing of which a host is silent, and says which and why', () => {
    const answers = answersWith().map((answer) =>
      answer.host === 'maria-02'
        ? { ...answer, outcome: 'unknown' as const, facts: {}, reason: 'did not answer' }
        : answer,
    );
    for (const { answer, text } of assess(answers)) {
      expect(answer).toBe('unknown');
      expect(text).toBe('no answer (1 of 52: maria-02); maria-02 did not answer');
    }
  });

  it('never passes when a fact is missing', () => {
    const optional = ['firewall.others', 'clock.zone', 'updates.held'];
    for (const key of Object.keys(HEALTHY).filter((one) => !optional.includes(one))) {
      expect([key, notPassing(answersWith({ 'redis-02': { [key]: undefined } })).length]).toEqual([key, 1]);
    }
  });

  it('does not judge the clock, swap and audit of a container, which are its machine', () => {
    const container = { clock: 'container', 'clock.offset': undefined, 'swap.on': 'container', auditd: 'container' };
    expect(notPassing(answersWith({ 'redis-02': container }))).toEqual(['clock: warn']);
  });
});
