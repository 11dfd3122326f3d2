/** One line a script printed, understood. Texts are shown as they came; nothing here is trusted to be safe to render. */
export type ProtocolLine =
  | { kind: 'check'; id: string; answer: 'pass' | 'warn' | 'fail' | 'unknown'; value: string; text: string }
  | { kind: 'change'; changeKind: string; target: string; detail: string; diff: string[] }
  | { kind: 'progress'; done: number; total: number; text: string }
  | { kind: 'fact'; key: string; value: string }
  | { kind: 'log'; text: string }
  | { kind: 'malformed'; text: string; reason: string };

const CHECK = /^(?<id>[A-Za-z0-9][\w.-]*) (?<answer>pass|warn|fail|unknown) (?<value>\S+)(?: (?<text>.*))?$/su;
const CHANGE = /^(?<changeKind>[A-Za-z0-9][\w.-]*) (?<target>\S+)(?: (?<detail>.*))?$/su;
const PROGRESS = /^(?<done>\d{1,9})\/(?<total>\d{1,9})(?: (?<text>.*))?$/su;
const FACT = /^(?<key>[A-Za-z0-9][\w.-]*)(?: (?<value>.*))?$/su;

/** What each kind of line must look like, for the reason of a malformed one. */
const FORMS: Record<string, string> = {
  check: '::check <id> <pass|warn|fail|unknown> <value> <text>',
  change: '::change <kind> <target> [<detail>]',
  progress: '::progress <n>/<total> <text>',
  fact: '::fact <key> <value>',
};

/** Parses one line without its end of line. A line that starts with `::` and is none of ours is malformed, not text. */
export function parseLine(line: string): ProtocolLine {
  if (!line.startsWith('::')) return { kind: 'log', text: line };
  const space = line.indexOf(' ');
  const word = space === -1 ? line.slice(2) : line.slice(2, space);
  const rest = space === -1 ? '' : line.slice(space + 1);
  const form = Object.hasOwn(FORMS, word) ? FORMS[word] : undefined;
  if (form === undefined) return { kind: 'malformed', text: line, reason: 'there is no such kind of line' };
  return parseBody(word, rest) ?? { kind: 'malformed', text: line, reason: `it must read ${form}` };
}

function parseBody(word: string, rest: string): ProtocolLine | undefined {
  if (word === 'check') {
    const found = CHECK.exec(rest)?.groups;
    if (!found) return undefined;
    const { id = '', value = '', text = '' } = found;
    return { kind: 'check', id, answer: found.answer as 'pass' | 'warn' | 'fail' | 'unknown', value, text };
  }
  if (word === 'change') {
    const found = CHANGE.exec(rest)?.groups;
    if (!found) return undefined;
    const { changeKind = '', target = '', detail = '' } = found;
    return { kind: 'change', changeKind, target, detail, diff: [] };
  }
  if (word === 'progress') {
    const found = PROGRESS.exec(rest)?.groups;
    if (!found) return undefined;
    const done = Number(found.done);
    const total = Number(found.total);
    return done <= total ? { kind: 'progress', done, total, text: found.text ?? '' } : undefined;
  }
  const found = FACT.exec(rest)?.groups;
  return found ? { kind: 'fact', key: found.key ?? '', value: found.value ?? '' } : undefined;
}

/** The line as a script prints it: the inverse of {@link parseLine}, without a change's diff. */
export function formatLine(line: ProtocolLine): string {
  switch (line.kind) {
    case 'check':
      return join(`::check ${line.id} ${line.answer} ${line.value}`, line.text);
    case 'change':
      return join(`::change ${line.changeKind} ${line.target}`, line.detail);
    case 'progress':
      return join(`::progress ${line.done}/${line.total}`, line.text);
    case 'fact':
      return join(`::fact ${line.key}`, line.value);
    default:
      return line.text;
  }
}

function join(head: string, tail: string): string {
  return tail === '' ? head : `${head} ${tail}`;
}

const DIFF_MARK = '| ';

/** Lines kept of one change's diff; the rest is counted in its last line. */
const DIFF_LINES_MAX = 400;

/** The same for all changes of one script. */
const DIFF_LINES_ALL_MAX = 20_000;

/** Protocol lines and log lines kept of one script, each. */
const LINES_MAX = 5000;

/** Characters kept of protocol lines, of log lines and of diffs, each: they end in the run's log, and that is in Redis. */
const CHARACTERS_MAX = 1024 * 1024;

/** Takes lines one by one; gives each back understood, at once, and keeps a bounded list of them. */
export interface LineReader {
  /** A diff line of the change before is added to that change and gives undefined. */
  read(line: string): ProtocolLine | undefined;
  readonly lines: readonly ProtocolLine[];
  readonly malformed: readonly string[];
}

export function createLineReader(): LineReader {
  const lines: ProtocolLine[] = [];
  const malformed: string[] = [];
  const kept = { log: createPile(LINES_MAX), other: createPile(LINES_MAX), diffs: createPile(DIFF_LINES_ALL_MAX) };
  let change: (ProtocolLine & { kind: 'change' }) | undefined;
  const keep = (line: ProtocolLine, text: string, pile: Pile): void => {
    const wasFull = pile.isFull;
    const fits = pile.add(text);
    if (!fits && !wasFull && pile === kept.other) {
      const bound = `${LINES_MAX} protocol lines, or ${CHARACTERS_MAX / 1024} KiB of them`;
      malformed.push(`more than ${bound}; the rest was not read`);
    }
    if (!fits) return;
    lines.push(line);
    if (line.kind === 'malformed') malformed.push(line.text);
  };
  const read = (text: string): ProtocolLine | undefined => {
    if (change && text.startsWith(DIFF_MARK)) {
      addDiff(change.diff, text.slice(DIFF_MARK.length), kept.diffs);
      return undefined;
    }
    const pile = text.startsWith('::') ? kept.other : kept.log;
    const line = parseLine(pile.isFull ? text : copyOf(text));
    // Other log text in between does not end a change's diff, the next `::` line does.
    if (line.kind === 'change') change = line;
    else if (line.kind !== 'log') change = undefined;
    keep(line, text, pile);
    return line;
  };
  return { read, lines, malformed };
}

/** What is kept of one kind of lines, bounded; once something did not fit, nothing more does. */
interface Pile {
  readonly isFull: boolean;
  /** Counts a line and says whether it still fits. */
  add(text: string): boolean;
}

function createPile(linesMax: number): Pile {
  const kept = { lines: 0, characters: 0, isFull: false };
  return {
    get isFull() {
      return kept.isFull;
    },
    add(text) {
      kept.isFull ||= kept.lines === linesMax || kept.characters + text.length > CHARACTERS_MAX;
      kept.lines += 1;
      kept.characters += text.length;
      return !kept.isFull;
    },
  };
}

/** A short piece of a long string keeps all of it in memory; this does not. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}

const DIFF_CUT = '[more lines were left out]';

function addDiff(diff: string[], line: string, pile: Pile): void {
  if (diff.at(-1) === DIFF_CUT) return;
  diff.push(diff.length < DIFF_LINES_MAX && pile.add(line) ? copyOf(line) : DIFF_CUT);
}
