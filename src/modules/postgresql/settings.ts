/** What Patroni calls the cluster. */
export const SCOPE = 'keybuzz-pg';

/** Major version of PostgreSQL, such as `16`; `distribution`: the one that each host's distribution supports. */
export const MAJOR = 'distribution';

/** From where applications may come; the superuser may come from members only. */
export const NETWORK = '10.0.0.0/16';

/** `on`: a commit is acknowledged once a replica has it too, so that no move of the leader loses one. */
export const SYNCHRONOUS: 'on' | 'off' = 'on';

/** Ports of each HAProxy: the leader, the replicas, and PgBouncer's before the leader's. */
export const ENTRY_PORTS = { write: 5432, read: 5433, pooler: 6432 } as const;
