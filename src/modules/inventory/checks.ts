import type { CheckSpec } from '../contract.ts';

/** Servers that the platform has. */
export const SERVERS = 52;

const PLATFORM = "the platform's document, module 1";

/** The module's questions, in the order in which `assessInventory` answers them. */
export const CHECKS: readonly CheckSpec[] = [
  {
    id: 'unique',
    title: 'Every server stands once',
    criterion: 'names, addresses and FQDNs in servers.tsv are unique, those of the load balancers included',
    source: `${PLATFORM}; the file was read without faults, or no bot would run`,
  },
  {
    id: 'servers',
    title: 'Number of servers',
    criterion: `servers.tsv has ${SERVERS} rows; another number is a warning`,
    source: PLATFORM,
  },
  {
    id: 'roles',
    title: 'Roles of the modules',
    criterion: 'each module finds as many hosts of its role as it needs',
    source: `${PLATFORM} and the hosts that each module names`,
  },
  {
    id: 'reachable',
    title: 'Hosts can be reached',
    criterion: 'each host answers over SSH and shows the key that is pinned for it',
    source: `${PLATFORM}; sshd(8): SSH_KNOWN_HOSTS FILE FORMAT`,
  },
  {
    id: 'identity',
    title: 'Hosts are who they are said to be',
    criterion: 'each host has the name and the private address of its row',
    source: PLATFORM,
  },
  {
    id: 'private-route',
    title: 'Private network',
    criterion: 'a packet from each host to another carries its private address: the private route is there',
    source: `${PLATFORM}; ip-route(8): get`,
  },
  {
    id: 'peers',
    title: 'Hosts of a module reach each other',
    criterion: 'each host of a module opens a connection to sshd of every other one, over the private network',
    source: `${PLATFORM}, checklist: every module host reaches its peers`,
  },
];
