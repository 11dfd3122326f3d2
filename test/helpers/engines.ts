import type { Engine } from '../../src/jobs/engine.ts';
import { openBase, openEngine, type Base, type EngineOptions } from '../../src/jobs/open-engine.ts';
import { freshPrefix, type PrivateRedis } from './redis.ts';

/** An engine as a bot has it, and what a worker would write with, under a prefix of their own. Close both. */
export function opened({ port }: PrivateRedis, prefix = freshPrefix()): [Base, Engine] {
  const shared = { db: 0, tls: false, username: undefined, password: undefined };
  const endpoint = { kind: 'single' as const, host: '127.0.0.1', port, ...shared };
  const options: EngineOptions = { endpoint, prefix, sweepMs: 200, warn: () => undefined };
  return [openBase(options), openEngine(options)];
}
