import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret as Shared, TOTP } from 'otpauth';
import { parseRedisUrl } from '../../src/config-redis-url.ts';
import { openLedger } from '../../src/jobs/ledger.ts';
import { openBase, type Base } from '../../src/jobs/open-engine.ts';
import { keysOf } from '../../src/jobs/keys.ts';
import { openSeal } from '../../src/jobs/seal.ts';
import { openTotp, type Totp } from '../../src/jobs/totp.ts';
import { Secret } from '../../src/secret.ts';
import { freshPrefix, startRedis, type PrivateRedis } from '../helpers/redis.ts';
import { ANDRE, OLGA } from '../helpers/runs.ts';

const KEY = new Secret('KEYBUZZ_TOTP_KEY', 'thirty-two characters, or some more of them');
const STEP_MS = 30_000;
/** In the middle of a step. */
const START_MS = Date.UTC(2026, 10, 28, 18, 0, 15);

const refusal = (code: string): unknown => expect.objectContaining({ code });

describe('one-time codes, on a real Redis', () => {
  let server: PrivateRedis;
  let base: Base;
  let prefix: string;
  let totp: Totp;
  let nowMs: number;
  let interactions = 0;

  const opened = (key: Secret | undefined) => {
    const clock = { nowMs: () => nowMs, sync: () => Promise.resolve() };
    return openTotp({ ...base.store, clock }, key);
  };
  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(() => {
    prefix = freshPrefix();
    base = openBase({ endpoint: parseRedisUrl(server.url), prefix, sweepMs: 1_000, warn: () => undefined });
    nowMs = START_MS;
    totp = opened(KEY);
  });
  afterEach(() => base.close());
  afterAll(() => server.stop());

  const codeAt = (secret: string, atMs: number) =>
    new TOTP({ secret: Shared.fromBase32(secret) }).generate({ timestamp: atMs });
  const shown = (code: string, interaction = `i${(interactions += 1)}`) => ({ person: OLGA, code, interaction });

  /** Olga's secret, enrolled and confirmed long before now. */
  async function enrolled(): Promise<string> {
    const { secret } = await totp.enrol(shown(''));
    await totp.confirm(shown(codeAt(secret, nowMs)));
    nowMs += 10 * STEP_MS;
    return secret;
  }

  it('count once confirmed, and not before', async () => {
    const { secret, uri } = await totp.enrol(shown(''));
    expect(uri).toMatch(/^otpauth:\/\/totp\/KeyBuzz:olga\?.*digits=6&period=30/);
    await expect(totp.check(shown(codeAt(secret, nowMs)))).rejects.toEqual(refusal('KEYBUZZ_TOTP_NOT_ENROLLED'));
    await totp.confirm(shown(codeAt(secret, nowMs)));
    nowMs += STEP_MS;
    await expect(totp.check(shown(codeAt(secret, nowMs)))).resolves.toBeUndefined();
  });

  it.each([-1, 0, 1])('of step %i from now count once', async (steps) => {
    const secret = await enrolled();
    const code = codeAt(secret, nowMs + steps * STEP_MS);
    await totp.check(shown(code));
    await expect(totp.check(shown(code))).rejects.toEqual(refusal('KEYBUZZ_TOTP_USED'));
  });

  it.each([-2, 2])('of step %i from now do not count', async (steps) => {
    const secret = await enrolled();
    const late = totp.check(shown(codeAt(secret, nowMs + steps * STEP_MS)));
    await expect(late).rejects.toEqual(refusal('KEYBUZZ_TOTP_WRONG'));
  });

  it('of an earlier step do not count after a later one', async () => {
    const secret = await enrolled();
    await totp.check(shown(codeAt(secret, nowMs + STEP_MS)));
    await expect(totp.check(shown(codeAt(secret, nowMs)))).rejects.toEqual(refusal('KEYBUZZ_TOTP_USED'));
  });

  it('count again for the very interaction that they came with, which a killed bot leaves to the next', async () => {
    const secret = await enrolled();
    await totp.check(shown(codeAt(secret, nowMs), 'one'));
    await expect(totp.check(shown(codeAt(secret, nowMs), 'one'))).resolves.toBeUndefined();
  });

  it('shown by many at the same moment count for one', async () => {
    const secret = await enrolled();
    const all = Array.from({ length: 5 }, () => totp.check(shown(codeAt(secret, nowMs))));
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('are not looked at any more after five wrong ones, also right ones, until the time is over', async () => {
    const secret = await enrolled();
    const wrong = codeAt(secret, nowMs + 50 * STEP_MS);
    for (let tries = 0; tries < 5; tries += 1) {
      await expect(totp.check(shown(wrong))).rejects.toEqual(refusal('KEYBUZZ_TOTP_WRONG'));
    }
    await expect(totp.check(shown(codeAt(secret, nowMs)))).rejects.toEqual(refusal('KEYBUZZ_TOTP_LOCKED'));
    const ttl = await base.store.redis.ttl(keysOf(prefix).totpTries(OLGA.id));
    expect([ttl > 800, ttl <= 900]).toEqual([true, true]);
    await base.store.redis.del(keysOf(prefix).totpTries(OLGA.id));
    await expect(totp.check(shown(codeAt(secret, nowMs)))).resolves.toBeUndefined();
  });

  it('are replaced only by who shows one, and forgotten by somebody else; both stand in the ledger', async () => {
    const old = await enrolled();
    await expect(totp.enrol(shown(''))).rejects.toEqual(refusal('KEYBUZZ_TOTP_REQUIRED'));
    const { secret } = await totp.enrol(shown(codeAt(old, nowMs)));
    nowMs += STEP_MS;
    await totp.confirm(shown(codeAt(secret, nowMs)));
    nowMs += STEP_MS;
    await expect(totp.check(shown(codeAt(old, nowMs)))).rejects.toEqual(refusal('KEYBUZZ_TOTP_WRONG'));
    await totp.forget(OLGA, ANDRE, 'f1');
    await expect(totp.forget(OLGA, ANDRE, 'f2')).rejects.toEqual(refusal('KEYBUZZ_TOTP_NOT_ENROLLED'));
    await expect(totp.check(shown(codeAt(secret, nowMs)))).rejects.toEqual(refusal('KEYBUZZ_TOTP_NOT_ENROLLED'));
    const types = (await openLedger(base.store).events()).map(({ body }) => body.type);
    expect(types).toEqual(['totp.enrolled', 'totp.enrolled', 'totp.forgotten']);
  });

  it('have secrets that stand nowhere in Redis in clear, and that no other key and no other person opens', async () => {
    const secret = await enrolled();
    const kept = (await base.store.redis.hget(keysOf(prefix).totp, OLGA.id)) ?? '';
    const dump = [kept, Buffer.from(kept, 'base64').toString('latin1')].join('');
    expect(dump).not.toContain(secret);
    expect(openSeal(KEY).open(kept, OLGA.id)).toBe(secret);
    expect(() => openSeal(KEY).open(kept, ANDRE.id)).toThrow(refusal('KEYBUZZ_TOTP_SEALED'));
    const other = opened(new Secret('KEYBUZZ_TOTP_KEY', 'another word that is long enough to be one'));
    await expect(other.check(shown(codeAt(secret, nowMs)))).rejects.toEqual(refusal('KEYBUZZ_TOTP_SEALED'));
    await expect(opened(undefined).check(shown('123456'))).rejects.toEqual(refusal('KEYBUZZ_TOTP_NO_KEY'));
  });

  it('are those of RFC 6238', () => {
    const secret = Shared.fromLatin1('12345678901234567890');
    const at = (seconds: number) => new TOTP({ secret, digits: 8 }).generate({ timestamp: seconds * 1000 });
    expect([59, 1111111109, 2000000000].map(at)).toEqual(['94287082', '07081804', '69279037']);
  });
});
