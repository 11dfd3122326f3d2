import type { Module } from '../contract.ts';
import { witnessOf } from '../steps.ts';
import { assessPostgresql } from './assess.ts';
import { CHECKS } from './checks.ts';
import { findMembers } from './members.ts';
import { planMigration } from './plan-migration.ts';
import { planPromotion } from './plan-promotion.ts';
import { planPostgresql, probesOf } from './plan.ts';
import { SETTINGS, type PostgresqlSettings } from './settings.ts';

const PATRONI_FILE = '/etc/patroni/config.yml';

/** Module 3: three PostgreSQL under Patroni, and HAProxy's ports 5432 and 5433 and PgBouncer's 6432 that lead to them. */
export function createPostgresql(settings: PostgresqlSettings): Module {
  return {
    name: 'postgresql',
    number: 3,
    title: 'PostgreSQL',
    requires: ['base'],
    verbs: ['status', 'plan', 'deploy', 'failover', 'drill', 'test', 'migrate', 'remove'],
    locks: ['haproxy', 'postgresql'],
    credentials: [
      { name: 'POSTGRES_PASSWORD', bytes: 32, files: [PATRONI_FILE] },
      { name: 'REPLICATION_PASSWORD', bytes: 32, files: [PATRONI_FILE, '/var/lib/postgresql/pgpass'] },
      { name: 'APP_PASSWORD', bytes: 32, files: ['/etc/pgbouncer/userlist.txt'] },
      { name: 'PATRONI_PASSWORD', bytes: 32, files: [PATRONI_FILE] },
      { name: 'RAFT_PASSWORD', bytes: 32, files: [PATRONI_FILE] },
      { name: 'ETCD_PASSWORD', bytes: 32, files: [PATRONI_FILE] },
      { name: 'ETCD_ROOT_PASSWORD', bytes: 32, files: [] },
    ],
    checks: CHECKS,
    hosts: (inventory) => {
      const { servers, proxies } = findMembers(inventory);
      const witness = witnessOf(inventory);
      return [...servers, ...proxies, ...(witness === undefined ? [] : [witness])];
    },
    plan: (request, hashOf) => planPostgresql(request, settings, hashOf),
    migration: (inventory, hashOf) => planMigration(inventory, findMembers(inventory), settings, hashOf),
    promotion: (inventory, lost, hashOf) => planPromotion(findMembers(inventory), lost, hashOf),
    probes: probesOf,
    assess: (inventory, answers) => assessPostgresql(inventory, answers, settings),
  };
}

/** With the platform's settings. */
export const postgresql: Module = createPostgresql(SETTINGS);
