import { randomBytes } from 'node:crypto';
import { startPrivateRedis } from '../../sandbox/redis.ts';
import type { PrivateRedis } from '../../sandbox/redis.ts';

export type { PrivateRedis } from '../../sandbox/redis.ts';

/** A real redis-server for one test file: start it in beforeAll, `stop()` it in afterAll. */
export function startRedis(): Promise<PrivateRedis> {
  return startPrivateRedis();
}

/** A prefix nobody used before, so that tests sharing one server don't see each other's keys. */
export function freshPrefix(): string {
  return `test-${randomBytes(6).toString('hex')}`;
}
