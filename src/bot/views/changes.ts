import { english, type Wording } from '../../language/index.ts';
import { BOT_ITSELF } from '../../modules/step-hosts.ts';
import type { Change } from '../../jobs/index.ts';
import { clip, code, line } from './text.ts';

/** Values by key, keys in the order of their first value. */
function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}

function distinct(values: readonly string[]): number {
  return new Set(values).size;
}

/** True for what happens in the bot's own Redis: whose lock is taken away. */
function isOurs({ host }: Change): boolean {
  return host === BOT_ITSELF;
}

/** What it is, in full: people decide on it by this line alone. */
function ourChange({ kind, target, detail }: Change): string {
  return `${line(kind, 30)} ${code(target, 100)} ${line(detail, 600)}`;
}

/** "14 changes on 5 hosts". */
export function changeCount(changes: readonly Change[], { run }: Wording = english): string {
  if (changes.length === 0) return run.noChanges;
  if (changes.every(isOurs)) return run.changesInBot(changes.length);
  return run.changesOn(changes.length, distinct(changes.map((each) => each.host)));
}

/** "file 6, package 3", most frequent first. */
function kinds(changes: readonly Change[]): string {
  const byKind = groupBy(changes, (each) => each.kind);
  const parts = [...byKind].sort((a, b) => b[1].length - a[1].length).slice(0, 6);
  return parts.map(([kind, those]) => `${line(kind, 30)} ${those.length}`).join(', ');
}

/** One line per step of a preview, in the plan's order. `titles`: step id to title. */
export function changesByStep(
  changes: readonly Change[],
  titles: ReadonlyMap<string, string>,
  say: Wording = english,
): string[] {
  const byStep = groupBy(changes, (each) => each.step);
  const known = [...titles.keys()].filter((step) => byStep.has(step));
  const others = [...byStep.keys()].filter((step) => !titles.has(step));
  return [...known, ...others].map((step) => {
    const those = byStep.get(step) ?? [];
    const ours = those.filter(isOurs);
    if (ours.length > 0)
      return `• ${line(titles.get(step) ?? step, 120)}${say.colon}${ours.slice(0, 2).map(ourChange).join('; ')}`;
    return `• ${line(titles.get(step) ?? step, 120)}${say.colon}${changeCount(those, say)} (${kinds(those)})`;
  });
}

/** A content hash as long as people compare it; the whole one is in the log, and the diff says what it stands for. */
function shortened(detail: string): string {
  return detail.replace(/\bsha256:([0-9a-f]{12})[0-9a-f]{52}\b/g, 'sha256:$1');
}

/** One line per change; what can't be known yet is marked by the script itself as predicted. */
export function changeLines(changes: readonly Change[], say: Wording): string[] {
  return changes.map((each) => {
    if (isOurs(each)) return `• ${ourChange(each)}`;
    const detail = each.detail === '' ? '' : ` ${line(shortened(each.detail), 80)}`;
    return `• ${line(each.host, 60)}${say.colon}${clip(each.kind, 30)} ${code(each.target, 160)}${detail}`;
  });
}
