/** The pinned version of the package, as apt names it; `any`: the newest of the configured repository. */
export const VERSION = 'any';

/** 0: the writer answers no readers; 1: it does too; 2: only backup writers do. All of ERPNext goes to the writer anyway. */
export const WRITER_IS_ALSO_READER = '1';

/** From where ProxySQL comes, as MariaDB writes it. */
export const PROXY_NETWORK = '10.0.0.0/255.255.0.0';

/** Port of each proxy, and of the load balancer before them. */
export const ENTRY_PORT = 3306;

/** The private load balancer through which applications come (module 10). */
export const BALANCER = '10.0.0.20';
