import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createExecute } from '../../src/commands/index.ts';
import { parsePolicy } from '../../src/commands/policy-schema.ts';
import type { Engine } from '../../src/jobs/engine.ts';
import { keysOf } from '../../src/jobs/keys.ts';
import { openLedger } from '../../src/jobs/ledger.ts';
import type { Base } from '../../src/jobs/open-engine.ts';
import { hashOf, inventory, modules } from '../commands/fakes.ts';
import { until } from '../fleet/process.ts';
import { opened } from '../helpers/engines.ts';
import { startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { ANDRE, OLGA } from '../helpers/runs.ts';

const POLICY = parsePolicy(
  `people: { ada: { name: Ada, slack: [U0ADA] } }
rules: [{ who: [ada], verbs: ['*'] }]
approvals: { disruptive: { approvals: 1, by: [ada] }, destructive: { approvals: 1, by: [ada] } }
`,
  'policy.yaml',
  { modules: ['redis'], hosts: [] },
);
const OVERTAKEN = { code: 'KEYBUZZ_OVERTAKEN' };

describe('a command on the switch, a lock, an alert or a code that comes again', () => {
  let server: PrivateRedis;
  let base: Base;
  let engine: Engine;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    [base, engine] = opened(server);
  });
  afterEach(async () => {
    await Promise.all([engine.close(), base.close()]);
  });

  const entries = async () => (await openLedger(base.store).events()).map(({ body }) => body.type);
  const alarming = (key: string) => ({
    key,
    answer: 'fail' as const,
    value: '',
    text: '',
    severity: 'critical' as const,
  });
  const alarms = (...keys: string[]) =>
    engine.alerts.tell('redis', { observations: keys.map(alarming), isWhole: false });

  it('lifts no newer freeze', async () => {
    await engine.freeze(OLGA, 'first', 'i0');
    await engine.unfreeze(OLGA, 'over', 'i1');
    const newer = await engine.freeze(ANDRE, 'second', 'i2');
    await expect(engine.unfreeze(OLGA, 'over', 'i1')).rejects.toMatchObject(OVERTAKEN);
    expect(await engine.frozen()).toEqual(newer);
    await engine.unfreeze(OLGA, 'over', 'i3');
    expect(await engine.frozen()).toBeUndefined();
    expect(await entries()).toEqual(['frozen', 'unfrozen', 'frozen', 'unfrozen']);
  });

  it('lifts none that was made after it was refused, and freezes nothing that was lifted since', async () => {
    await expect(engine.unfreeze(OLGA, '', 'i1')).rejects.toMatchObject({ code: 'KEYBUZZ_NOT_FROZEN' });
    await engine.freeze(ANDRE, '', 'i2');
    await expect(engine.unfreeze(OLGA, '', 'i1')).rejects.toMatchObject(OVERTAKEN);
    await engine.freeze(OLGA, '', 'i3');
    await engine.unfreeze(ANDRE, '', 'i4');
    await expect(engine.freeze(ANDRE, '', 'i2')).rejects.toMatchObject(OVERTAKEN);
    await expect(engine.freeze(OLGA, '', 'i3')).rejects.toMatchObject(OVERTAKEN);
    expect(await engine.frozen()).toBeUndefined();
  });

  it('is told the same again while nothing newer was decided', async () => {
    const freeze = await engine.freeze(OLGA, '', 'i1');
    expect(await engine.freeze(OLGA, '', 'i1')).toEqual(freeze);
    await engine.unfreeze(OLGA, '', 'i2');
    await engine.unfreeze(OLGA, '', 'i2');
    const lock = await engine.lock('redis', { person: OLGA, reason: 'disk', interaction: 'i3' });
    expect(await engine.lock('redis', { person: OLGA, reason: 'disk', interaction: 'i3' })).toEqual(lock);
    await engine.unlock('redis', OLGA, 'i4');
    await engine.unlock('redis', OLGA, 'i4');
    expect(await entries()).toEqual(['frozen', 'unfrozen', 'lock.held', 'lock.dropped']);
  });

  it('turns the switch once when two bots carry it out at the same time, and for neither a second time', async () => {
    const [otherBase, other] = opened(server, base.store.prefix);
    await engine.freeze(OLGA, 'first', 'i0');
    // Both have read when the first of them writes.
    const { redis } = base.store;
    await redis.client('PAUSE', 60_000, 'WRITE');
    const both = Promise.allSettled([engine, other].map((one) => one.unfreeze(OLGA, '', 'i1')));
    await until('both wait', 15_000, async () => {
      const clients = String(await redis.client('LIST')).split('\n');
      return (
        clients.filter((line) => / flags=\S*b/.test(line) && line.includes(' cmd=eval ')).length === 2 || undefined
      );
    });
    await redis.client('UNPAUSE');
    expect((await both).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await entries()).toEqual(['frozen', 'unfrozen']);
    await Promise.all([other.close(), otherBase.close()]);
  });

  it('frees no newer lock, and takes none that was freed since', async () => {
    const why = { person: OLGA, reason: 'disk' };
    await engine.lock('redis', { ...why, interaction: 'i1' });
    await engine.unlock('redis', OLGA, 'i2');
    await expect(engine.lock('redis', { ...why, interaction: 'i1' })).rejects.toMatchObject(OVERTAKEN);
    expect(await engine.locks()).toEqual([]);
    await engine.lock('redis', { ...why, interaction: 'i3' });
    await expect(engine.unlock('redis', OLGA, 'i2')).rejects.toMatchObject(OVERTAKEN);
    expect(await engine.locks()).toMatchObject([{ lock: 'redis', ownerId: 'olga' }]);
    expect(await entries()).toEqual(['lock.held', 'lock.dropped', 'lock.held']);
  });

  it('frees no lock that was taken after it had found none, or another one', async () => {
    await engine.unlock('redis', OLGA, 'i1');
    await engine.lock('redis', { person: ANDRE, reason: 'disk', interaction: 'i2' });
    await expect(engine.unlock('redis', OLGA, 'i3')).rejects.toMatchObject({ code: 'KEYBUZZ_LOCK_HELD' });
    await engine.unlock('redis', ANDRE, 'i4');
    await engine.lock('redis', { person: OLGA, reason: 'disk', interaction: 'i5' });
    await expect(engine.unlock('redis', OLGA, 'i1')).rejects.toMatchObject(OVERTAKEN);
    await expect(engine.unlock('redis', OLGA, 'i3')).rejects.toMatchObject(OVERTAKEN);
    expect(await engine.locks()).toHaveLength(1);
  });

  it('acknowledges nothing that joined the alert since', async () => {
    const word = { person: OLGA, interaction: 'i1' };
    await alarms('one-master');
    expect((await engine.alerts.acknowledge('redis', word)).alert?.acknowledged?.person).toEqual(OLGA);
    expect((await engine.alerts.acknowledge('redis', word)).alert?.acknowledged?.person).toEqual(OLGA);
    await alarms('replicas');
    await expect(engine.alerts.acknowledge('redis', word)).rejects.toMatchObject(OVERTAKEN);
    expect((await engine.alerts.subject('redis')).alert?.acknowledged).toBeUndefined();
  });

  it('acknowledges nothing that joined since somebody else had acknowledged the alert before it', async () => {
    await alarms('one-master');
    await engine.alerts.acknowledge('redis', { person: ANDRE, interaction: 'i1' });
    await engine.alerts.acknowledge('redis', { person: OLGA, interaction: 'i2' });
    await alarms('replicas');
    const again = engine.alerts.acknowledge('redis', { person: OLGA, interaction: 'i2' });
    await expect(again).rejects.toMatchObject(OVERTAKEN);
  });

  it('acknowledges no alert that opened after it was refused', async () => {
    const word = { person: OLGA, interaction: 'i1' };
    await expect(engine.alerts.acknowledge('redis', word)).rejects.toMatchObject({ code: 'KEYBUZZ_ALERT_UNKNOWN' });
    await alarms('one-master');
    await expect(engine.alerts.acknowledge('redis', word)).rejects.toMatchObject(OVERTAKEN);
  });

  it('silences nothing anew, replaces no newer silence and ends none', async () => {
    const { alerts } = engine;
    const silence = (interaction: string, seconds: number) =>
      alerts.silence('redis', { person: OLGA, interaction, seconds, reason: '', mayBeQuiet: true });
    await silence('i1', 3600);
    await alerts.unsilence('redis', { person: ANDRE, interaction: 'i2' });
    await expect(silence('i1', 3600)).rejects.toMatchObject(OVERTAKEN);
    expect((await alerts.unsilence('redis', { person: ANDRE, interaction: 'i2' })).silence).toBeUndefined();
    const { silence: newer } = await silence('i3', 60);
    expect((await silence('i1', 3600)).silence).toEqual(newer);
    await expect(alerts.unsilence('redis', { person: ANDRE, interaction: 'i2' })).rejects.toMatchObject(OVERTAKEN);
    expect((await alerts.subject('redis')).silence).toEqual(newer);
  });

  it('ends no silence that began after it had found none', async () => {
    const word = { person: OLGA, interaction: 'i1' };
    await expect(engine.alerts.unsilence('redis', word)).rejects.toMatchObject({ code: 'KEYBUZZ_NOT_SILENCED' });
    const why = { person: ANDRE, interaction: 'i2', seconds: 60, reason: '', mayBeQuiet: true };
    const { silence } = await engine.alerts.silence('redis', why);
    await expect(engine.alerts.unsilence('redis', word)).rejects.toMatchObject(OVERTAKEN);
    expect((await engine.alerts.subject('redis')).silence).toEqual(silence);
  });

  it('is known by the interaction that it was typed with, whatever it does', async () => {
    const execute = createExecute({ engine, inventory, policy: () => POLICY, modules, hashOf });
    const identity = { via: 'slack', userId: 'U0ADA', teamId: 'T0' } as const;
    const typed = (text: string, interaction: string) => execute(text, { identity, channel: 'C0OPS', interaction });
    const pairs = [
      ['freeze the site is dark', 'unfreeze'],
      ['lock redis disk', 'unlock redis'],
      ['silence redis 1h', 'unsilence redis'],
    ] as const;
    for (const [doing, undoing] of pairs) {
      await typed(doing, `${doing} 1`);
      await typed(undoing, `${undoing} 1`);
      await expect(typed(doing, `${doing} 1`)).rejects.toMatchObject(OVERTAKEN);
      await typed(doing, `${doing} 2`);
      await expect(typed(undoing, `${undoing} 1`)).rejects.toMatchObject(OVERTAKEN);
    }
    await alarms('one-master');
    await typed('ack redis', 'ack 1');
    await alarms('replicas');
    await expect(typed('ack redis', 'ack 1')).rejects.toMatchObject(OVERTAKEN);
  });

  it('forgets no codes that were enrolled since', async () => {
    const key = keysOf(base.store.prefix).totp;
    await base.store.redis.hset(key, OLGA.id, 'sealed');
    await engine.totp.forget(OLGA, ANDRE, 'i1');
    await engine.totp.forget(OLGA, ANDRE, 'i1');
    await base.store.redis.hset(key, OLGA.id, 'sealed anew');
    await expect(engine.totp.forget(OLGA, ANDRE, 'i1')).rejects.toMatchObject(OVERTAKEN);
    expect(await base.store.redis.hget(key, OLGA.id)).toBe('sealed anew');
  });
});
