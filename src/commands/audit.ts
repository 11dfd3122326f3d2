import { CommandError } from '../errors.ts';
import type { Named, Phrase } from '../language/index.ts';
import type { AuditQuery } from '../jobs/audit.ts';
import type { Person } from '../jobs/events.ts';
import { COMMAND_VERBS } from './command-spec.ts';
import type { Command } from './command.ts';
import type { Reply } from './reply.ts';
import { suggestion } from './suggest.ts';
import { textOf } from './text-of.ts';
import { authorise, type Turn } from './turn.ts';
import { momentBefore } from './until.ts';

type AuditCommand = Extract<Command, { verb: 'audit' }>;

const DAYS_DEFAULT = '30d';
/** What one file in Slack, or one answer in the terminal, may hold. */
const EXPORT_BYTES_MAX = 8 * 1024 * 1024;

function misuse(message: Phrase, fix: Phrase): CommandError {
  return new CommandError(message, { code: 'KEYBUZZ_COMMAND_INVALID', fix });
}

function momentOf(word: string, nowMs: number): number {
  const moment = momentBefore(word, nowMs);
  if (moment !== undefined) return moment;
  throw misuse(
    (say) => say.grammar.notATime(`\`${word}\``),
    (say) => say.grammar.writeSince,
  );
}

/** One of these names; undefined for an empty word. Throws CommandError. */
function named(word: string, known: readonly string[], what: Named): string | undefined {
  const found = known.find((one) => one === word.toLowerCase());
  if (word === '' || found !== undefined) return found;
  throw misuse((say) => say.grammar.none(what, `\`${word}\``), suggestion(word, known));
}

/** Whom a word names: by key of the policy, Slack user id, or door and id. */
function meaning(word: string): ((person: Person) => boolean) | undefined {
  const name = word.replace(/^@/, '').toLowerCase();
  if (name === '') return undefined;
  return ({ id, slack }) => [id, id.replace(/^slack:/, ''), slack ?? ''].some((one) => one.toLowerCase() === name);
}

function queryOf(turn: Turn, { person, module, about, since, until }: AuditCommand): AuditQuery {
  const nowMs = turn.engine.nowMs();
  return {
    isMeant: meaning(person),
    module: named(
      module,
      turn.modules.map(({ name }) => name),
      'module',
    ),
    verb: named(about, COMMAND_VERBS, 'verb'),
    sinceMs: momentOf(since === '' ? DAYS_DEFAULT : since, nowMs),
    untilMs: until === '' ? nowMs + 60_000 : momentOf(until, nowMs),
  };
}

/** Lists decisions, exports logs, or verifies them. */
export async function handleAudit(turn: Turn, command: AuditCommand): Promise<Reply> {
  const { audit } = turn.engine;
  await authorise(turn, { verb: 'audit', module: undefined, targets: [] }, ({ policy }) => policy.doing.audit);
  if (command.what === 'verify') return { kind: 'audit-verified', verified: await audit.verify() };
  const query = queryOf(turn, command);
  const sinceIso = new Date(query.sinceMs).toISOString();
  if (command.what === 'list') {
    return { kind: 'audit', since: sinceIso, ...(await audit.entries(query, command.limit)) };
  }
  const { lines, isCut } = await audit.lines(query, EXPORT_BYTES_MAX);
  return { kind: 'audit-export', title: textOf(command), since: sinceIso, lines, isCut };
}
