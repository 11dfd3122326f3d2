/** What Galera calls the cluster. */
export const CLUSTER_NAME = 'keybuzz-galera';

/**
 * How much each member remembers of what was written, so that one that comes back takes only what it missed. It is a file
 * of that size in the data directory.
 */
export const GCACHE_SIZE = '1G';

/** From where applications may come, as MariaDB writes it. */
export const APP_NETWORK = '10.0.0.0/255.255.0.0';

/** Port of each member for clients, which are ProxySQL, and the markers of a move. */
export const MARIADB_PORT = 3306;
