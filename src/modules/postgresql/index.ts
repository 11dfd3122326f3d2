import type { Module } from '../contract.ts';
import { witnessOf } from '../steps.ts';
import { assessPostgresql } from './assess.ts';
import { CHECKS } from './checks.ts';
import { findMembers } from './members.ts';
import { planPostgresql, probesOf } from './plan.ts';

const PATRONI_FILE = '/etc/patroni/config.yml';

/** Module 3: three PostgreSQL under Patroni, and HAProxy's ports 5432 and 5433 and PgBouncer's 6432 that lead to them. */
export const postgresql: Module = {
  name: 'postgresql',
  number: 3,
  title: 'PostgreSQL',
  requires: ['base'],
  verbs: ['status', 'plan', 'deploy', 'failover', 'drill', 'test', 'remove'],
  locks: ['haproxy', 'postgresql'],
  credentials: [
    { name: 'POSTGRES_PASSWORD', bytes: 32, files: [PATRONI_FILE] },
    { name: 'REPLICATION_PASSWORD', bytes: 32, files: [PATRONI_FILE, '/var/lib/postgresql/pgpass'] },
    { name: 'APP_PASSWORD', bytes: 32, files: ['/etc/pgbouncer/userlist.txt'] },
    { name: 'PATRONI_PASSWORD', bytes: 32, files: [PATRONI_FILE] },
    { name: 'RAFT_PASSWORD', bytes: 32, files: [PATRONI_FILE] },
  ],
  checks: CHECKS,
  hosts: (inventory) => {
    const { servers, proxies } = findMembers(inventory);
    const witness = witnessOf(inventory);
    return [...servers, ...proxies, ...(witness === undefined ? [] : [witness])];
  },
  plan: planPostgresql,
  probes: probesOf,
  assess: assessPostgresql,
};
