import type { SectionBlock } from '@slack/types';
import type { Reply } from '../../commands/reply.ts';
import type { RunState } from '../../jobs/index.ts';
import { english, type Noun, type Wording } from '../../language/index.ts';
import { statusLine } from './marks.ts';
import { code, count, fallback, headBlock, line, lineSections, mention, section, time, type Message } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

/** Rows a code block of one section holds, whatever is in them. */
const ROWS_PER_SECTION = 24;
const TABLE_SECTIONS_MAX = 4;
const ROW_CHARS_MAX = 100;

function row(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, index) => cell.replace(/\s+/g, ' ').padEnd(widths[index] ?? 0));
  return padded.join('  ').trimEnd().slice(0, ROW_CHARS_MAX);
}

/** Rows of equal columns in monospace; the rest is counted. */
function table(rows: readonly (readonly string[])[], noun: Noun, say: Wording): SectionBlock[] {
  const columns = Math.max(0, ...rows.map((cells) => cells.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.min(40, Math.max(0, ...rows.map((cells) => (cells[column] ?? '').length))),
  );
  const lines = rows.map((cells) => row(cells, widths));
  const chunks: SectionBlock[] = [];
  for (let from = 0; from < lines.length && chunks.length < TABLE_SECTIONS_MAX; from += ROWS_PER_SECTION) {
    chunks.push(section(headBlock(lines.slice(from, from + ROWS_PER_SECTION), 2900, say)));
  }
  const left = lines.length - TABLE_SECTIONS_MAX * ROWS_PER_SECTION;
  return left > 0 ? [...chunks, section(`… ${say.more(left, noun)}`)] : chunks;
}

/** The hosts of the inventory, or those asked for. */
export function inventoryMessage({ title, hosts }: Of<'inventory'>, say: Wording = english): Message {
  const head = `*${line(title, 200)}*: ${count(hosts.length, 'host', say)}`;
  const rows = hosts.map((host) => [host.name, host.privateIp, [host.role, host.subrole].filter(Boolean).join('/')]);
  return { text: fallback([head], say), blocks: [section(head), ...table(rows, 'host', say)] };
}

function runLine(state: RunState, say: Wording): string {
  const what = `${code(state.runId)} ${line(state.command, 100)}`;
  return `${statusLine(state, say)} · ${what} · ${mention(state.person)} · ${time(state.requestedAt)}`;
}

/** The newest runs. */
export function runsMessage({ runs }: Of<'runs'>, say: Wording = english): Message {
  if (runs.length === 0) {
    return { text: say.answers.noRuns, blocks: [section(say.answers.noRuns)] };
  }
  const head = say.answers.newestFirst(runs.length);
  return {
    text: fallback([head], say),
    blocks: [
      section(head),
      ...lineSections(
        runs.map((run) => runLine(run, say)),
        5,
        'run',
        say,
      ),
    ],
  };
}
