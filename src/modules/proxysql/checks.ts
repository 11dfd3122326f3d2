import type { CheckSpec } from '../contract.ts';

const PROXY_DOC = 'proxysql.com/documentation';
const MONITOR = `${PROXY_DOC}, Galera Configuration: mysql_galera_hostgroups, max_writers`;

/** The module's questions, in the order in which `assessProxysql` answers them. */
export const CHECKS: readonly CheckSpec[] = [
  {
    id: 'admin',
    title: 'Admin is ours',
    criterion: 'on both, admin takes our credentials and refuses those that ProxySQL comes with (admin:admin)',
    source: `${PROXY_DOC}, Global variables: admin-admin_credentials`,
  },
  {
    id: 'admin-closed',
    title: 'Admin is closed to others',
    criterion: 'port 6032 of each can’t be reached from the other',
    source: 'the platform: admin on loopback only',
  },
  {
    id: 'galera-hostgroups',
    title: 'ProxySQL follows Galera',
    criterion: 'on both, one active row in runtime_mysql_galera_hostgroups, with max_writers 1',
    source: MONITOR,
  },
  {
    id: 'backends',
    title: 'All members serve',
    criterion: 'on both, the three members are ONLINE as writer or backup writer in runtime, and nobody else is',
    source: `${PROXY_DOC}, runtime_mysql_servers`,
  },
  {
    id: 'one-writer',
    title: 'One writer',
    criterion: 'on both, exactly one member is ONLINE in the writers’ hostgroup, and it is the same',
    source: MONITOR,
  },
  {
    id: 'agree',
    title: 'Proxies agree',
    criterion: 'runtime_checksums_values of servers, users and query rules are the same on both',
    source: `${PROXY_DOC}, runtime_checksums_values`,
  },
  {
    id: 'saved',
    title: 'Configuration is kept',
    criterion: 'servers, users, rules and hostgroups in memory are those on disk, on both',
    source: `${PROXY_DOC}, Multi layer configuration system`,
  },
  {
    id: 'no-stale-reads',
    title: 'Reads go to the writer',
    criterion: 'user erpnext and every active query rule lead to the writers’ hostgroup, on both',
    source: 'the platform: ERPNext must not read stale data',
  },
  {
    id: 'entry',
    title: 'Applications get in',
    criterion: 'erpnext logs in through port 3306 of each, and the writer answers',
    source: 'the platform: ERPNext',
  },
  {
    id: 'load-balancer',
    title: 'The load balancer leads here',
    criterion: 'erpnext logs in through 10.0.0.20:3306, and the writer answers; nobody there is a warning (module 10)',
    source: 'the platform: lb-mariadb',
  },
  {
    id: 'monitor',
    title: 'Members answer ProxySQL',
    criterion: 'no error in monitor’s logs of galera, connect and ping in the last minute, on both (else a warning)',
    source: `${PROXY_DOC}, monitor: mysql_server_galera_log`,
  },
];
