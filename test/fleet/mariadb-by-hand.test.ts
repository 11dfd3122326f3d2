import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isOver, readable } from '../helpers/deployment.ts';
import { installGaleraByHand, onHost } from './mariadb-by-hand.ts';
import { askRoot, chosenOf, openMariadb, servers, statusOf } from './mariadb-cluster.ts';
import { command, moveModule, type Movable } from './operator.ts';
import { until } from './process.ts';

describe('mariadb that somebody else installed, its credentials imported', () => {
  let real: Movable;

  const on = (host: string, shell: string) => onHost(real, host, shell);

  beforeAll(async () => {
    real = await openMariadb();
    await installGaleraByHand(real);
  });

  afterAll(async () => {
    await real.close();
  });

  it('gets status and test', async () => {
    expect(readable(await command(real, 'status mariadb', 60_000))).toContain('15 pass');
    expect(readable(await command(real, 'test mariadb', 60_000))).toContain('15 pass');
  });

  it('refuses to let a member leave while a transaction has run there for long, and moves nothing', async () => {
    const chosen = await chosenOf(real);
    const hold = '(echo "start transaction with consistent snapshot;"; sleep 600) | mariadb';
    await on(chosen, `systemd-run -q --unit=hold bash -c '${hold}'`);
    const old = 'select count(*) from information_schema.innodb_trx where trx_started < now() - interval 15 second';
    await until('an old transaction', 60_000, async () => (await askRoot(real, chosen, old)) === '1' || undefined);
    const root = await real.run('operator', 'failover mariadb');
    const refused = await real.when(root, (text) => isOver(text) || text.includes('keybuzz_resume'), 60_000);
    expect(readable(refused)).toContain(`Transactions have run for more than 15 s on ${chosen} (1 of them)`);
    await on(chosen, 'systemctl stop hold');
    expect(await chosenOf(real)).toBe(chosen);
    expect(await statusOf(real, 'wsrep_cluster_size')).toEqual(['3', '3', '3']);
  });

  it.each(['failover', 'drill'] as const)('gets a %s, and nothing is lost', async (verb) => {
    const chosen = await chosenOf(real);
    const moved = await moveModule(real, verb, 'mariadb');
    expect(moved.text).toContain('*Done');
    expect(moved.told).toMatchObject({ outage: 'pass', 'lost-writes': 'pass', rejoin: 'pass' });
    expect(await statusOf(real, 'wsrep_cluster_size')).toEqual(['3', '3', '3']);
    process.stdout.write(`${verb} of ${chosen}: ${moved.facts['outage-seconds']} s without a write\n`);
  });

  it('comes back by a copy of everything when the others have forgotten what it missed, and says so', async () => {
    const small = `sed -i 's/gcache.size=64M/gcache.size=8M/' /etc/mysql/mariadb.conf.d/70-own.cnf && systemctl restart mariadb`;
    for (const host of servers) await on(host, small);
    const chosen = await chosenOf(real);
    const stays = servers.find((host) => host !== chosen) ?? 'none';
    await on(stays, `mariadb -e "create table erpnext.flood (id int primary key, text longtext)"`);
    // More than they keep, as soon as it is gone; then many small ones, as a donor must still have the newest when it comes back.
    const size = `mariadb -NBe "select variable_value from information_schema.global_status where variable_name = 'wsrep_cluster_size'"`;
    const write = (id: number, times: number) =>
      `echo "replace into erpnext.flood values (${id}, repeat(uuid(), ${times}));"`;
    const writes = `for n in {1..60}; do ${write(1, 8000)}; done; for n in {1..400}; do ${write(2, 1)}; done`;
    await on(
      stays,
      `cat >/run/flood <<'EOT'\nuntil [[ $(${size}) == 2 ]]; do sleep 0.1; done\n{ ${writes}; } | mariadb\nEOT`,
    );
    await on(stays, 'systemd-run -q --unit=flood -p RemainAfterExit=yes bash /run/flood');
    const moved = await moveModule(real, 'drill', 'mariadb');
    await on(stays, 'systemctl stop flood && mariadb -e "drop table erpnext.flood"');
    const isDone = moved.text.includes('*Done');
    expect(isDone ? '' : await on(chosen, 'journalctl --no-pager -q -n 150 -u mariadb')).toBe('');
    expect(moved.told).toMatchObject({ 'lost-writes': 'pass', rejoin: 'warn' });
    expect(JSON.stringify(await real.events(moved.message))).toContain('took a copy of everything (SST)');
    expect(await statusOf(real, 'wsrep_cluster_size')).toEqual(['3', '3', '3']);
  });

  it('is not taken over by a deploy, which says why and changes nothing', async () => {
    const root = await real.run('operator', 'deploy mariadb');
    const refused = await real.when(root, (text) => text.includes('keybuzz_resume'), 60_000);
    expect(readable(refused)).toMatch(/maria-01: The MariaDB on this host was not deployed by us/);
  });
});
