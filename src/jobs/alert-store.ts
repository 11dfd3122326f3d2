import { CommandError, DefectError } from '../errors.ts';
import { Alert, AlertEvent, newSubject, SubjectState } from './alert-state.ts';
import { parseJson } from './chain.ts';
import { HEEDED_SECONDS, openHeeded } from './heeded.ts';
import { keysOf } from './keys.ts';
import type { LogStore } from './log.ts';
import { openPostMemory, type PostMemory } from './posts.ts';
import { answered, requireReplicas } from './redis.ts';
import { reduceAlerts, type AlertInput, type Reduced } from './reduce-alerts.ts';

/** A resolved alert and what was posted for it are kept so long. */
const KEPT_SECONDS = 30 * 24 * 3600;
/** About so many changes of alerts are kept. */
const LOG_LENGTH = 50_000;

/**
 * Compare-and-set of one subject, with the alert that changed and the events of it, in one go.
 * KEYS: subjects, versions, log, unreported, the alert, the interaction. ARGV: subject, version it was made from, its JSON,
 * alert id or '', alert JSON, seconds to keep it (0: for ever), length of the log, seconds to note the interaction (0: none
 * asks), then each event's JSON. Gives 1, or 0 when somebody else was first.
 */
const WRITE = `
if (redis.call('HGET', KEYS[2], ARGV[1]) or '0') ~= ARGV[2] then return 0 end
if ARGV[8] ~= '0' then redis.call('SET', KEYS[6], '1', 'EX', ARGV[8]) end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
local version = redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
if ARGV[4] ~= '' then
  redis.call('SET', KEYS[5], ARGV[5])
  if ARGV[6] ~= '0' then redis.call('EXPIRE', KEYS[5], ARGV[6]) end
  redis.call('HSET', KEYS[4], ARGV[4], version)
end
for i = 9, #ARGV do redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[7], '*', 'event', ARGV[i]) end
return 1`;

/** Subjects and alerts in the bot's Redis. Every method throws ExternalError when it does not answer. */
export interface AlertStore {
  /** Everything that is known of all subjects. */
  subjects(): Promise<SubjectState[]>;
  subject(name: string): Promise<SubjectState>;
  /** Throws CommandError when there is no such alert. */
  alert(id: string): Promise<Alert>;
  /**
   * Lets something happen to a subject, upon whatever others wrote meanwhile. Nothing happens when the interaction was here
   * before.
   */
  apply(subject: string, input: AlertInput, interaction?: string): Promise<Reduced>;
  /** The newest changes, oldest first. */
  events(limit: number): Promise<AlertEvent[]>;
  posts: PostMemory;
}

function parseSubject(name: string, text: string | null): SubjectState {
  if (text === null) return newSubject(name);
  const parsed = SubjectState.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new DefectError(`What is kept of the alerts of ${name} can't be read.`, {
    code: 'KEYBUZZ_ALERTS_BROKEN',
    fix: 'A newer version may have written it: update this process. Otherwise somebody changed it in Redis.',
    cause: parsed.error,
  });
}

/** What a write of a subject builds upon, and the interaction that asks for it. */
interface Writing {
  version: string;
  before: SubjectState;
  interaction: string | undefined;
}

/** `wake` is called with the id of each alert that looks different now; nobody waits for it. */
export function openAlertStore({ redis, prefix, replicated }: LogStore, wake: (id: string) => void): AlertStore {
  const keys = keysOf(prefix);
  const heeded = openHeeded({ redis, prefix });

  async function write(
    { version, before, interaction }: Writing,
    { state, events, changed }: Reduced,
  ): Promise<boolean> {
    const id = changed?.id ?? '';
    const taken = await answered(
      redis.eval(
        WRITE,
        6,
        ...[keys.alertSubjects, keys.alertVersions, keys.alertLog, keys.unreportedAlerts, keys.alert(id)],
        keys.heeded(interaction ?? ''),
        ...[before.subject, version, JSON.stringify(state), id, JSON.stringify(changed ?? null)],
        changed?.resolvedAt === undefined ? 0 : KEPT_SECONDS,
        LOG_LENGTH,
        interaction === undefined ? 0 : HEEDED_SECONDS,
        ...events.map((event) => JSON.stringify(event)),
      ),
    );
    if (taken === 1 && replicated) await requireReplicas(redis);
    if (taken === 1 && id !== '') wake(id);
    return taken === 1;
  }

  return {
    async subjects() {
      const all = await answered(redis.hgetall(keys.alertSubjects));
      return Object.entries(all).map(([name, text]) => parseSubject(name, text));
    },
    subject: async (name) => parseSubject(name, await answered(redis.hget(keys.alertSubjects, name))),
    async alert(id) {
      const parsed = Alert.safeParse(parseJson((await answered(redis.get(keys.alert(id)))) ?? undefined));
      if (parsed.success) return parsed.data;
      throw new CommandError(`There is no alert ${id.slice(0, 60)}.`, {
        code: 'KEYBUZZ_ALERT_UNKNOWN',
        fix: 'Type `alerts` to see those that are open.',
      });
    },
    async apply(name, input, interaction) {
      for (;;) {
        // The version first: what is read after it is at least as new, and an older version is refused.
        const version = (await answered(redis.hget(keys.alertVersions, name))) ?? '0';
        const isRepeated = interaction !== undefined && (await heeded.isKnown(interaction));
        const before = parseSubject(name, await answered(redis.hget(keys.alertSubjects, name)));
        if (isRepeated) return { state: before, events: [], changed: undefined };
        const reduced = reduceAlerts(before, input);
        const isSame = reduced.events.length === 0 && reduced.changed === undefined && input.type !== 'observed';
        if (isSame && interaction !== undefined) await heeded.note(interaction);
        if (isSame || (await write({ version, before, interaction }, reduced))) return reduced;
      }
    },
    async events(limit) {
      const entries = await answered(redis.xrevrange(keys.alertLog, '+', '-', 'COUNT', limit));
      return entries.reverse().flatMap(([, fields]) => {
        const parsed = AlertEvent.safeParse(parseJson(fields[1]));
        return parsed.success ? [parsed.data] : [];
      });
    },
    posts: openPostMemory({
      ...{ redis, replicated, keyOf: (id) => keys.alertPosts(id) },
      // As long as the alert: what was posted for one that is silenced for a month is edited after it.
      kept: { with: (id) => keys.alert(id) },
    }),
  };
}
