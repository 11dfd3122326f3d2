import type { Module } from '../contract.ts';
import { witnessOf } from '../steps.ts';
import { assessRabbitmq } from './assess.ts';
import { CHECKS } from './checks.ts';
import { findMembers } from './members.ts';
import { planRabbitmq, probesOf } from './plan.ts';

/** Module 5: three RabbitMQ nodes with quorum queues, and HAProxy's port 5672 that leads to those that serve. */
export const rabbitmq: Module = {
  name: 'rabbitmq',
  number: 5,
  title: 'RabbitMQ',
  requires: ['base'],
  verbs: ['status', 'plan', 'deploy', 'failover', 'drill', 'test', 'remove'],
  locks: ['haproxy', 'rabbitmq'],
  credentials: [
    { name: 'ERLANG_COOKIE', bytes: 32, files: ['/var/lib/rabbitmq/.erlang.cookie'] },
    // RabbitMQ keeps hashes; HAProxy's fragment has it as base64, for its check.
    { name: 'MONITOR_PASSWORD', bytes: 32, files: ['/etc/haproxy/conf.d/50-rabbitmq.cfg'] },
    { name: 'APP_PASSWORD', bytes: 32, files: [] },
  ],
  checks: CHECKS,
  hosts: (inventory) => {
    const { servers, proxies } = findMembers(inventory);
    const witness = witnessOf(inventory);
    return [...servers, ...proxies, ...(witness === undefined ? [] : [witness])];
  },
  plan: planRabbitmq,
  probes: probesOf,
  assess: assessRabbitmq,
};
