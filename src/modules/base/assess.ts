import type { Inventory } from '../../inventory.ts';
import type { CheckResult, HostAnswer } from '../contract.ts';
import { demandFact, factsOfHosts, judgeHosts, type Finding, type HostCheck } from '../judge-hosts.ts';
import { CLOCK_OFFSET_MAX, DISK_MAX, DISK_WARN, UPDATES_DAYS_MAX } from './checks.ts';
import type { BaseSettings } from './settings.ts';

type Facts = Readonly<Record<string, string>>;

const fail = (text: string): Finding => ({ answer: 'fail', text });
const warn = (text: string): Finding => ({ answer: 'warn', text });
const unknown = (text: string): Finding => ({ answer: 'unknown', text });

/** A fact that is a whole number; undefined when it is missing or something else. */
function numberOf(facts: Facts, key: string): number | undefined {
  const text = facts[key];
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function judgeServices(facts: Facts): Finding[] {
  const isRunning = (key: string, what: string) =>
    demandFact(facts, { key, wanted: 'active', what, broken: `${what} does not run` });
  const findings = demandFact(facts, {
    key: 'docker',
    wanted: 'answers',
    what: 'Docker',
    broken: 'Docker does not run',
  });
  if (facts.docker === 'answers') {
    findings.push(...demandFact(facts, { key: 'docker.driver', wanted: 'json-file', what: "Docker's log driver" }));
    if (facts['docker.options'] !== 'read') findings.push(warn('Docker has not read its log limits: restart it'));
  }
  findings.push(...isRunning('fail2ban', 'fail2ban'));
  if (facts.auditd !== 'container') findings.push(...isRunning('auditd', 'auditd'));
  return findings;
}

function judgeSwap(facts: Facts): Finding[] {
  const findings = demandFact(facts, {
    ...{ key: 'swap.fstab', wanted: '0' },
    ...{ what: '/etc/fstab', broken: 'swap in /etc/fstab' },
  });
  if (facts['swap.on'] === 'container') return findings;
  return [
    ...demandFact(facts, { key: 'swap.on', wanted: '0', what: '/proc/swaps', broken: 'swap is on' }),
    ...findings,
  ];
}

function judgeFirewall(facts: Facts): Finding[] {
  const findings = demandFact(facts, { key: 'firewall', wanted: 'on', what: 'UFW' });
  if (facts.firewall !== 'on') return findings;
  findings.push(...demandFact(facts, { key: 'firewall.policy', wanted: 'DROP', what: 'the INPUT policy' }));
  const missing = facts['firewall.missing'];
  if (missing === undefined) findings.push(unknown('rules not told'));
  else if (missing !== '') findings.push(fail(`no rule for ${[...new Set(missing.split(','))].join(', ')}`));
  return findings;
}

function judgeSshd({ sshd }: BaseSettings): HostCheck['judge'] {
  return (facts) => {
    if (facts.sshd !== 'ok') {
      return demandFact(facts, { key: 'sshd', wanted: 'ok', what: 'sshd', broken: 'sshd -T refuses its files' });
    }
    return Object.entries(sshd).flatMap(([key, wanted]) =>
      demandFact(facts, { key: `sshd.${key}`, wanted, what: key }),
    );
  };
}

function judgeResolver({ resolvers, probeName }: BaseSettings): HostCheck['judge'] {
  const wanted = resolvers.join(' ');
  return (facts) => {
    const what = 'systemd-resolved';
    if (facts.resolver !== 'active') {
      return demandFact(facts, { key: 'resolver', wanted: 'active', what, broken: `${what} does not run` });
    }
    // The resolvers of the network's interfaces come after ours, and are asked for nothing.
    const first = facts['resolver.servers']?.split(' ').slice(0, resolvers.length).join(' ');
    return [
      ...demandFact(first === undefined ? {} : { first }, { key: 'first', wanted, what: 'the list of resolvers' }),
      ...demandFact(facts, { key: 'resolver.used', wanted: 'yes', what, broken: `/etc/resolv.conf is not ${what}'s` }),
      ...demandFact(facts, { key: 'resolver.answers', wanted: 'yes', what, broken: `${probeName} does not resolve` }),
    ];
  };
}

function judgeClock({ timeZone }: BaseSettings): HostCheck['judge'] {
  return (facts) => {
    const zone = facts['clock.zone'];
    const findings = zone !== undefined && zone !== timeZone ? [warn(`time zone ${zone}`)] : [];
    if (facts.clock === 'container') return [...findings, warn("a container: its machine's clock was not asked")];
    const broken = 'NTP is not synchronised';
    findings.push(...demandFact(facts, { key: 'clock', wanted: 'yes', what: 'NTP', broken }));
    const offset = numberOf(facts, 'clock.offset');
    if (offset !== undefined && offset > CLOCK_OFFSET_MAX) findings.push(fail(`clock ${offset} ms off`));
    if (offset === undefined && facts.clock === 'yes') findings.push(unknown("the clock's offset not told"));
    return findings;
  };
}

function judgeSysctl({ sysctl }: BaseSettings): HostCheck['judge'] {
  return (facts) =>
    Object.entries(sysctl).flatMap(([key, wanted]) => demandFact(facts, { key: `sysctl.${key}`, wanted, what: key }));
}

function judgeReboot({ reboot }: Facts): Finding[] {
  if (reboot === undefined) return [unknown('not told')];
  return reboot === 'no' ? [] : [warn(`reboot due, ${reboot.trim()}`)];
}

function judgeDisk(facts: Facts): Finding[] {
  return (['disk', 'disk.inodes'] as const).flatMap((key) => {
    const [, percent, path] = /^(\d{1,3}) (\S+)$/.exec(facts[key] ?? '') ?? [];
    if (percent === undefined || path === undefined) return [unknown('file systems not told')];
    const text = key === 'disk' ? `${path} ${percent} % full` : `${path} ${percent} % of its inodes used`;
    if (Number(percent) > DISK_MAX) return [fail(text)];
    return Number(percent) > DISK_WARN ? [warn(text)] : [];
  });
}

function judgeUpdates(facts: Facts): Finding[] {
  const [waiting, lists, turn] = ['updates.security', 'updates.lists', 'updates.turn'].map((key) =>
    numberOf(facts, key),
  );
  if (waiting === undefined || lists === undefined || turn === undefined) return [unknown('updates not told')];
  const held = facts['updates.held'] ?? '';
  const findings: Finding[] = [];
  if (lists < 0 || lists > UPDATES_DAYS_MAX) findings.push(warn('lists of packages are old'));
  if (held !== '') findings.push(warn(`roll these through their module: ${held}`));
  if (waiting > 0 && (turn < 0 || turn > UPDATES_DAYS_MAX)) {
    findings.push(warn('security updates wait, and unattended-upgrades had no turn for days'));
  }
  return findings;
}

/** One result per check of CHECKS, in that order, each over all hosts of the inventory. */
export function assessBase(
  inventory: Inventory,
  answers: readonly HostAnswer[],
  settings: BaseSettings,
): CheckResult[] {
  const hosts = factsOfHosts(inventory.hosts, answers);
  const checks: HostCheck[] = [
    { check: 'services', passText: (on) => `Docker, fail2ban and auditd run on ${on}`, judge: judgeServices },
    { check: 'swap', passText: (on) => `no swap on ${on}`, judge: judgeSwap },
    { check: 'firewall', passText: (on) => `on, with every rule of its role, on ${on}`, judge: judgeFirewall },
    { check: 'sshd', passText: (on) => `as it should be on ${on}`, judge: judgeSshd(settings) },
    { check: 'resolver', passText: (on) => `${settings.probeName} resolves on ${on}`, judge: judgeResolver(settings) },
    { check: 'clock', passText: (on) => `synchronised on ${on}`, judge: judgeClock(settings) },
    { check: 'sysctl', passText: (on) => `as it should be on ${on}`, judge: judgeSysctl(settings) },
    { check: 'reboot', passText: (on) => `none due on ${on}`, judge: judgeReboot },
    { check: 'disk', passText: (on) => `below ${DISK_WARN} % on ${on}`, judge: judgeDisk },
    { check: 'updates', passText: (on) => `none waits too long on ${on}`, judge: judgeUpdates },
  ];
  return checks.map((check) => judgeHosts(hosts, check));
}
