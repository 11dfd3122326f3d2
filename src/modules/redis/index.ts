import type { Module } from '../contract.ts';
import { witnessOf } from '../steps.ts';
import { assessRedis } from './assess.ts';
import { CHECKS } from './checks.ts';
import { findMembers } from './members.ts';
import { planRedis, probesOf } from './plan.ts';

/** Module 4: three Redis with a Sentinel each, and HAProxy's port 6379 that leads to their master. */
export const redis: Module = {
  name: 'redis',
  number: 4,
  title: 'Redis',
  requires: ['base'],
  verbs: ['status', 'plan', 'deploy', 'failover', 'drill', 'test', 'remove'],
  locks: ['haproxy', 'redis'],
  credentials: [
    {
      name: 'REDIS_PASSWORD',
      bytes: 32,
      files: [
        '/etc/redis/keybuzz.conf',
        '/etc/redis/redis.conf',
        '/etc/redis/sentinel.conf',
        '/etc/haproxy/conf.d/40-redis.cfg',
        '/etc/keybuzz/redis-update-master.conf',
      ],
    },
    {
      name: 'SENTINEL_PASSWORD',
      bytes: 32,
      files: ['/etc/redis/sentinel.conf', '/etc/keybuzz/redis-update-master.conf'],
    },
  ],
  checks: CHECKS,
  hosts: (inventory) => {
    const { servers, proxies } = findMembers(inventory);
    const witness = witnessOf(inventory);
    return [...servers, ...proxies, ...(witness === undefined ? [] : [witness])];
  },
  plan: planRedis,
  probes: probesOf,
  assess: assessRedis,
};
