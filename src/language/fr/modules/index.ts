import { apps } from './apps.ts';
import { base } from './base.ts';
import { filled } from './filled.ts';
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

/** The French of titles by their English; each English stands in one of the parts. */
export const parts = {
  ...{ shared, inventory, base, postgresql, redis, rabbitmq, minio, mariadb, proxysql, k3s, lb, apps },
};

const TITLES: ReadonlyMap<string, string> = new Map(Object.values(parts).flatMap((part) => Object.entries(part)));

/** A title of a plan's stage is told with its module: `redis: Make each server a member`. */
const OF_MODULE = /^([a-z0-9]+): (.+)$/s;
const CHECKS_OF = /^Ask the checks of (.+)$/s;

/** The French of a title, with that of the module before it; undefined: it is none that we know. */
export function knownTitle(english: string): string | undefined {
  const known = TITLES.get(english);
  if (known !== undefined) return known;
  const [, module, title] = OF_MODULE.exec(english) ?? [];
  if (module !== undefined && title !== undefined) {
    const told = knownTitle(title);
    return told === undefined ? undefined : `${module} : ${told}`;
  }
  const [, asked] = CHECKS_OF.exec(english) ?? [];
  if (asked !== undefined) return `Faire les contrôles de ${titled(asked)}`;
  const found = filled.find(([pattern]) => pattern.test(english));
  return found === undefined ? undefined : english.replace(...found);
}

/**
 * The French of a title that a module or a plan brings in English. What it does not know, such as what the plan of an older
 * version says, it gives back as it is.
 */
export function titled(english: string): string {
  return knownTitle(english) ?? english.replace(OF_MODULE, '$1 : $2');
}
