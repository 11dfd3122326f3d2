import { apps } from './apps.ts';
import { base } from './base.ts';
import { inventory } from './inventory.ts';
import { k3s } from './k3s.ts';
import { lb } from './lb.ts';
import { mariadb } from './mariadb.ts';
import { minio } from './minio.ts';
import { postgresql } from './postgresql.ts';
import { proxysql } from './proxysql.ts';
import { rabbitmq } from './rabbitmq.ts';
import { redis } from './redis.ts';
import { shared } from './shared.ts';

/** The French of pass criteria by their English, numbers filled in; each English stands in one of the parts. */
export const parts = {
  ...{ shared, inventory, base, postgresql, redis, rabbitmq, minio, mariadb, proxysql, k3s, lb, apps },
};

const CRITERIA: ReadonlyMap<string, string> = new Map(Object.values(parts).flatMap((part) => Object.entries(part)));

/** The French of a check's pass criterion, which modules state in English; one that it does not know stays as it is. */
export function criterion(english: string): string {
  return CRITERIA.get(english) ?? english;
}
