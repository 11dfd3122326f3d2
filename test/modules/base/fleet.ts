import { join } from 'node:path';
import { loadInventory, type Inventory } from '../../../src/inventory.ts';
import { assessBase } from '../../../src/modules/base/assess.ts';
import { SETTINGS } from '../../../src/modules/base/settings.ts';
import type { CheckResult, HostAnswer } from '../../../src/modules/contract.ts';

export const inventory: Inventory = loadInventory(join(import.meta.dirname, '../../../inventory/servers.tsv'));

/** What a host of the platform says when all is well: recorded from Debian 13, with what containers lack added. */
export const HEALTHY: Readonly<Record<string, string>> = {
  docker: 'answers',
  'docker.driver': 'json-file',
  'docker.options': 'read',
  fail2ban: 'active',
  auditd: 'active',
  'swap.on': '0',
  'swap.fstab': '0',
  firewall: 'on',
  'firewall.policy': 'DROP',
  'firewall.missing': '',
  'firewall.others': '0',
  sshd: 'ok',
  ...Object.fromEntries(Object.entries(SETTINGS.sshd).map(([key, value]) => [`sshd.${key}`, value])),
  resolver: 'active',
  'resolver.servers': `${SETTINGS.resolvers.join(' ')} 10.0.0.2`,
  'resolver.used': 'yes',
  'resolver.answers': 'yes',
  clock: 'yes',
  'clock.offset': '3',
  'clock.zone': 'Europe/Paris',
  ...Object.fromEntries(Object.entries(SETTINGS.sysctl).map(([key, value]) => [`sysctl.${key}`, value])),
  reboot: 'no',
  disk: '41 /',
  'disk.inodes': '7 /',
  'updates.security': '0',
  'updates.held': '',
  'updates.lists': '0',
  'updates.turn': '0',
};

/** Answers of all 52 hosts; a fact given as undefined was not told. */
export function answersWith(changes: Record<string, Record<string, string | undefined>> = {}): HostAnswer[] {
  return inventory.hosts.map(({ name }) => {
    const facts: Record<string, string> = {};
    for (const [key, value] of Object.entries({ ...HEALTHY, ...changes[name] })) {
      if (value !== undefined) facts[key] = value;
    }
    return { host: name, outcome: 'ok', facts, checks: [], reason: '' };
  });
}

export const assess = (answers: readonly HostAnswer[]): CheckResult[] => assessBase(inventory, answers, SETTINGS);

/** What does not pass, as `check: answer`. */
export function notPassing(answers: readonly HostAnswer[]): string[] {
  return assess(answers).flatMap(({ check, answer }) => (answer === 'pass' ? [] : [`${check}: ${answer}`]));
}
