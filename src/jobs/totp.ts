import { TOTP, Secret as Shared } from 'otpauth';
import { ConfigError, RefusedError } from '../errors.ts';
import { inWords, type Phrase, type Told } from '../language/index.ts';
import type { Secret } from '../secret.ts';
import type { LogStore } from './append.ts';
import type { Person } from './events.ts';
import { overtaken } from './heeded.ts';
import { keysOf } from './keys.ts';
import { openLedger } from './ledger.ts';
import { answered, requireReplicas } from './redis.ts';
import { openSeal, type Seal } from './seal.ts';

/** RFC 6238 as every authenticator app has it. */
const SHAPE = { issuer: 'KeyBuzz', algorithm: 'SHA1', digits: 6, period: 30 } as const;
const SECRET_BYTES = 20;
/** A code of the step before and of the next one counts, too: people type, and clocks differ. */
const SKEW_STEPS = 1;
/** So many wrong codes of one person, and none is looked at until the time is over. */
const TRIES_MAX = 5;
const TRIES_SECONDS = 15 * 60;
/** An enrolment that nobody confirms is forgotten. */
const PENDING_SECONDS = 10 * 60;
/** Longer than any code counts. */
const USED_SECONDS = 10 * 60;

/**
 * Uses up a code: no code of the same step or an earlier one counts after it, but the same one for the same interaction,
 * which may be carried out again. KEYS: used, tries. ARGV: step, interaction, seconds. Gives 1, or 0 when it was used.
 */
const USE = `
local used = redis.call('HMGET', KEYS[1], 'step', 'by')
if used[1] and tonumber(used[1]) >= tonumber(ARGV[1]) and not (used[1] == ARGV[1] and used[2] == ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'step', ARGV[1], 'by', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('DEL', KEYS[2])
return 1`;

/** Counts a try before it is looked at, so that many at once are not more. KEYS: tries. ARGV: seconds. Gives how many. */
const TRY = `
local tries = redis.call('INCR', KEYS[1])
if tries == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return tries`;

/** Somebody who shows a code, and the interaction it came with. */
export interface Shown {
  person: Person;
  /** As it was typed; empty: none was. */
  code: string;
  interaction: string;
}

/** One-time codes of people. Every method throws ExternalError when Redis does not answer, ConfigError without a key. */
export interface Totp {
  /** Resolves when the code is right, and uses it up. Throws RefusedError. */
  check(shown: Shown): Promise<void>;
  /**
   * Makes a new secret, which counts once `confirm` was given a code of it; who has one already shows a code of that.
   * `uri` and `secret` are for that person's eyes alone. Throws RefusedError.
   */
  enrol(shown: Shown): Promise<{ uri: string; secret: string }>;
  /** Throws RefusedError when the code is wrong or no enrolment waits for it. */
  confirm(shown: Shown): Promise<void>;
  /** Takes a lost one away; when the interaction comes again, no newer one. Throws RefusedError when there is none. */
  forget(whose: Person, by: Person, interaction: string): Promise<void>;
}

function refuse(message: Phrase, code: string, fix: Phrase): RefusedError {
  return new RefusedError(message, { code, fix });
}

const AGAIN: Phrase = (say) => say.codes.again;
const notEnrolled = () =>
  refuse(
    (say) => say.codes.notEnrolled,
    'KEYBUZZ_TOTP_NOT_ENROLLED',
    (say) => say.codes.enrol,
  );

/** Why a command that takes a code is refused without one. */
export function codeMissing(how: Told): RefusedError {
  return refuse(
    (say) => say.codes.required,
    'KEYBUZZ_TOTP_REQUIRED',
    (say) => say.grammar.type(inWords(how, say)),
  );
}

const generatorOf = (base32: string, label: string) => new TOTP({ ...SHAPE, label, secret: Shared.fromBase32(base32) });

/** Opens the seal when it is first needed: a process without a key may serve all else. */
function sealWith(key: Secret | undefined): () => Seal {
  let opened: Seal | undefined;
  return () => {
    if (key !== undefined) return (opened ??= openSeal(key));
    throw new ConfigError('One-time codes can not be checked here.', {
      code: 'KEYBUZZ_TOTP_NO_KEY',
      fix: 'Set KEYBUZZ_TOTP_KEY to the same random word for every bot, or ask where it is set.',
    });
  };
}

/** Uses up a code of this secret. Throws RefusedError when it is wrong, was used, or too many were tried. */
async function use(store: LogStore, base32: string, { person, code, interaction }: Shown): Promise<void> {
  const { redis, clock, replicated } = store;
  const keys = keysOf(store.prefix);
  const [used, counter] = [keys.totpUsed(person.id), keys.totpTries(person.id)];
  if (!/^\d{6}$/.test(code)) throw refuse((say) => say.codes.sixDigits, 'KEYBUZZ_TOTP_WRONG', AGAIN);
  const tries = await answered(redis.eval(TRY, 1, counter, TRIES_SECONDS));
  if (Number(tries) > TRIES_MAX) {
    const fix: Phrase = (say) => say.codes.waitFor(TRIES_SECONDS / 60);
    throw refuse((say) => say.codes.tooMany, 'KEYBUZZ_TOTP_LOCKED', fix);
  }
  await clock.sync();
  const nowMs = clock.nowMs();
  const delta = generatorOf(base32, '').validate({ token: code, timestamp: nowMs, window: SKEW_STEPS });
  if (delta === null) throw refuse((say) => say.codes.wrong, 'KEYBUZZ_TOTP_WRONG', AGAIN);
  const step = Math.floor(nowMs / 1000 / SHAPE.period) + delta;
  const isTaken = await answered(redis.eval(USE, 2, used, counter, step, interaction, USED_SECONDS));
  if (replicated) await requireReplicas(redis);
  if (isTaken === 0) throw refuse((say) => say.codes.used, 'KEYBUZZ_TOTP_USED', AGAIN);
}

/** Opens the codes of a prefix; `key` is what their secrets are sealed with, undefined where this process has none. */
export function openTotp(store: LogStore, key: Secret | undefined): Totp {
  const { redis } = store;
  const keys = keysOf(store.prefix);
  const ledger = openLedger(store);
  const seal = sealWith(key);
  const secretOf = async (person: Person): Promise<string | undefined> => {
    const sealed = await answered(redis.hget(keys.totp, person.id));
    return sealed === null ? undefined : seal().open(sealed, person.id);
  };

  return {
    async check(shown) {
      const secret = await secretOf(shown.person);
      seal();
      if (secret === undefined) throw notEnrolled();
      await use(store, secret, shown);
    },
    async enrol(shown) {
      const { person } = shown;
      const standing = await secretOf(person);
      if (standing !== undefined && shown.code === '')
        throw codeMissing((say) => `totp enrol --code ${say.codes.ofTheOneYouHave}`);
      if (standing !== undefined) await use(store, standing, shown);
      const secret = new Shared({ size: SECRET_BYTES }).base32;
      const sealed = seal().close(secret, person.id);
      await answered(redis.set(keys.totpPending(person.id), sealed, 'EX', PENDING_SECONDS));
      return { uri: generatorOf(secret, person.id).toString(), secret };
    },
    async confirm(shown) {
      const { person } = shown;
      const sealed = await answered(redis.get(keys.totpPending(person.id)));
      if (sealed === null) {
        const fix: Phrase = (say) => say.codes.enrolAgain(PENDING_SECONDS / 60);
        throw refuse((say) => say.codes.notPending, 'KEYBUZZ_TOTP_NOT_PENDING', fix);
      }
      await use(store, seal().open(sealed, person.id), shown);
      const effect = { key: keys.totp, command: 'HSET' as const, args: [person.id, sealed] };
      await ledger.enter(() => Promise.resolve({ body: { type: 'totp.enrolled', person }, effect }));
      await answered(redis.del(keys.totpPending(person.id)));
    },
    async forget(whose, by, interaction) {
      const effect = { key: keys.totp, command: 'HDEL' as const, args: [whose.id] };
      const isThere = async () => (await answered(redis.hexists(keys.totp, whose.id))) === 1;
      const outcome = await ledger.enter(async () => {
        if (await isThere()) return { body: { type: 'totp.forgotten', person: by, whose }, effect };
        throw refuse(
          (say) => say.codes.none(whose.name),
          'KEYBUZZ_TOTP_NOT_ENROLLED',
          (say) => say.codes.nothingToForget,
        );
      }, interaction);
      if (outcome === 'repeated' && (await isThere())) throw overtaken();
    },
  };
}
