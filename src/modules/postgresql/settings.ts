/** Where Patroni's members agree who leads: `raft` inside Patroni itself, or `etcd3`, an etcd on each of the servers. */
export type Store = 'raft' | 'etcd3';

/** What an operator may choose. To change something, change it here and deploy. */
export interface PostgresqlSettings {
  /** What Patroni calls the cluster. */
  scope: string;
  /** Major version of PostgreSQL, such as `16`; `distribution`: the one that each host's distribution supports. */
  major: string;
  /** From where applications may come; the superuser may come from members only. */
  network: string;
  /** `on`: a commit is acknowledged once a replica has it too, so that no move of the leader loses one. */
  synchronous: 'on' | 'off';
  /** A cluster that is there keeps the store it has: `migrate` takes it from raft to etcd3, and then this is changed. */
  store: Store;
}

/** As the platform has it. */
export const SETTINGS: PostgresqlSettings = {
  scope: 'keybuzz-pg',
  major: 'distribution',
  network: '10.0.0.0/16',
  synchronous: 'on',
  store: 'raft',
};

/** Where each server's Patroni answers. */
export const PATRONI_PORT = 8008;

/** Ports of each HAProxy: the leader, the replicas, and PgBouncer's before the leader's. */
export const ENTRY_PORTS = { write: 5432, read: 5433, pooler: 6432 } as const;
