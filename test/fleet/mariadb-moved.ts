import { expect } from '@jest/globals';
import { ask, OWN_TABLES, statusOf, WITNESS, type Server } from './mariadb-cluster.ts';
import type { Movable, Moved } from './operator.ts';

/** What must hold after every move: nothing lost, the others went on, everybody back, nothing left over. */
export async function expectMoved(real: Movable, moved: Moved, host: Server): Promise<void> {
  expect(moved.text).toMatch(/\*Done\* in/);
  expect(moved.told).toMatchObject({ outage: 'pass', 'lost-writes': 'pass', rejoin: 'pass' });
  expect(moved.facts).toMatchObject({ lost: '0', 'lost-by-all': '0' });
  expect(Number(moved.facts.acknowledged)).toBeGreaterThan(100);
  expect(await statusOf(real, 'wsrep_cluster_size')).toEqual(['3', '3', '3']);
  const restart = await real.fleet.exec(host, 'ls -A /run/systemd/system; systemctl show -p Restart --value mariadb');
  expect(restart.stdout).toBe('on-abnormal\n');
  const left = await real.fleet.exec(WITNESS, 'ls -d /run/keybuzz-marker-mariadb; pgrep perl');
  expect(left.stdout).toBe('');
  expect(await ask(real, 'maria-01', OWN_TABLES)).toBe('0');
}
