import type { Host, Inventory } from '../../../src/inventory.ts';
import type { CheckResult, HostAnswer } from '../../../src/modules/contract.ts';
import { assessMinio } from '../../../src/modules/minio/assess.ts';
import { type Fault, faultyAnswers, silentAnswers } from '../answers.ts';

/** Their addresses are not in the order of their names, as in the platform's inventory. */
export const SERVERS = { 'minio-01': '10.0.0.134', 'minio-02': '10.0.0.131', 'minio-03': '10.0.0.132' };

export const VERSION = '2025-09-07T16:13:09Z';

/** Three hosts, in another order than their names', and the orchestrator; `change` may drop or alter them. */
export function inventoryOf(change: (host: Host) => Host | undefined = (host) => host): Inventory {
  const host = (name: string, privateIp: string, roles: Pick<Host, 'role' | 'subrole'>, line: number): Host => ({
    ...{ name, privateIp, ...roles, line, env: 'prod', publicIp: `203.0.113.${line}`, fqdn: `${name}.keybuzz.io` },
    ...{ user: 'root', pool: 'p', stack: '', core: 'core', notes: '' },
  });
  const servers = Object.entries(SERVERS).map(([name, address], index) =>
    host(name, address, { role: 'storage', subrole: 'minio' }, index + 2),
  );
  const hosts = [
    ...[...servers.slice(1), ...servers.slice(0, 1)],
    host('backup-01', '10.0.0.140', { role: 'storage', subrole: 'backup' }, 7),
    host('install-01', '10.0.0.250', { role: 'orchestrator', subrole: 'base' }, 9),
  ];
  return { file: 'servers.tsv', hosts: hosts.flatMap((one) => change(one) ?? []) };
}

/** What a node sees; the fields of one node may be altered. */
export function seen(change: Record<string, Record<string, string>> = {}): string {
  return Object.keys(SERVERS)
    .map((name) => ({
      ...{ host: `${name}.keybuzz.io`, state: 'online', version: VERSION, ok: '1', all: '1', healing: '0' },
      ...change[name],
    }))
    .map((one) =>
      Object.entries(one)
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
    )
    .join(' ');
}

/** What a healthy cluster says; recorded from three hosts that ran minio-stand-in. */
export function healthy(): HostAnswer[] {
  const names = Object.entries(SERVERS).map(([name, address]): [string, string] => [`dns.${name}.keybuzz.io`, address]);
  return Object.keys(SERVERS).map((host): HostAnswer => ({
    ...{ host, outcome: 'ok', checks: [], reason: '' },
    facts: {
      minio: 'answers',
      'minio.live': '200',
      'minio.write': '200',
      'minio.read': '200',
      'minio.maintenance': '200',
      'minio.deployment': '3f0c7b52-64a5-4d5e-9d5b-2d8f1b6a7c90',
      'minio.parity': '1',
      'minio.servers': seen(),
      entry: 'answers',
      'entry.unsigned': '403',
      ...Object.fromEntries(names),
      'dns.s3.keybuzz.io': '10.0.0.131,10.0.0.132,10.0.0.134',
      'disk.used': '23',
      'disk.own': 'yes',
    },
  }));
}

/** The healthy answers with faults in them; a fact given as `''` was not said. */
export function withFaults(...faults: Fault[]): HostAnswer[] {
  return faultyAnswers(healthy(), faults);
}

/** The answers without what these hosts said. */
export function withSilence(...hosts: string[]): HostAnswer[] {
  return silentAnswers(healthy(), hosts);
}

export function resultsOf(answers: HostAnswer[]): CheckResult[] {
  return assessMinio(inventoryOf(), answers);
}

/** What does not pass, as `check: answer`, in the order of the checks; that MinIO is at its end of life is always so. */
export function notPassing(answers: HostAnswer[]): string[] {
  return resultsOf(answers)
    .map(({ check, answer }) => `${check}: ${answer}`)
    .filter((line) => !line.endsWith(': pass') && line !== 'end-of-life: warn');
}
