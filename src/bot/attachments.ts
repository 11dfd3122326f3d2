import { sha256 } from '../canonical.ts';
import type { Engine, Outcome, RunState } from '../jobs/index.ts';
import type { Wording } from '../language/index.ts';
import { createRedact } from '../secret.ts';
import { isPreviewCut } from './views/preview-note.ts';
import { isTailWhole } from './views/step-note.ts';

/** What a person scrolls through, and Slack's clients still show at once. */
export const FILE_BYTES_MAX = 2 * 1024 * 1024;

/** One host's work whose output belongs into a file. */
export interface OutputRef {
  step: string;
  title: string;
  host: string;
  attempt: number;
  outcome: Outcome;
  exitCode: number | null;
  /** As the log has them: of what was kept, and of what was printed. */
  outputHash: string;
  outputBytes: number;
  /** The lines that a note shows; undefined when none does. */
  shown: readonly string[] | undefined;
}

/** A file of a run's thread: its text, or where it comes from. */
export type Attachment = { name: string; title: string } & (
  { kind: 'text'; text: string } | { kind: 'outputs'; works: readonly OutputRef[] }
);

const redactTokens = createRedact();

/** Text that does nothing to a terminal and holds no token; a lone carriage return begins a new line. */
function clean(text: string): string {
  return redactTokens(text)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '');
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** A part of a text by bytes, without the halves of characters at its ends, and whole lines where they are not too long. */
function part(bytes: Buffer, from: number, to: number): string {
  const text = bytes
    .subarray(from, to)
    .toString('utf8')
    .replace(/^\ufffd{1,3}|\ufffd{1,3}$/g, '');
  const [first, last] = [text.indexOf('\n'), text.lastIndexOf('\n')];
  if (first === -1) return text;
  return from === 0 ? text.slice(0, last + 1) : text.slice(first + 1);
}

/** At most `bytesMax` bytes and the line that says what was cut: the beginning, and three times as much of the end. */
function cutMiddle(text: string, { bytesMax, where, say }: { bytesMax: number; where: string; say: Wording }): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= bytesMax) return text;
  const head = part(bytes, 0, Math.floor(bytesMax / 4));
  const tail = part(bytes, bytes.length - Math.floor((bytesMax * 3) / 4), bytes.length);
  const cut = bytes.length - bytesOf(head) - bytesOf(tail);
  return `${head.replace(/\n?$/, '\n')}${say.files.cut(cut, where)}\n${tail}`;
}

/** How much each may have so that the sum fits: what short ones leave goes to the long ones. */
function shares(sizes: readonly number[], total: number): number {
  let left = total;
  const sorted = [...sizes].sort((a, b) => a - b);
  for (const [index, size] of sorted.entries()) {
    const share = Math.floor(left / (sorted.length - index));
    if (size > share) return share;
    left -= size;
  }
  return total;
}

/** True when the note shows all of it. */
function isShown(text: string, shown: readonly string[] | undefined): boolean {
  if (shown === undefined || !isTailWhole(shown)) return false;
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.length === shown.length && lines.every((line, index) => line === shown[index]);
}

function headOf(
  { title, host, outcome, exitCode, attempt, outputBytes }: OutputRef,
  keptBytes: number,
  { colon, files, states, titled }: Wording,
): string {
  const exit = exitCode === null ? '' : files.exit(exitCode);
  const lost = outputBytes > keptBytes ? files.lost(outputBytes, keptBytes) : '';
  const what = [host, titled(title), states.progress[outcome]].join(colon);
  return `===== ${what}${exit}${files.attempt(attempt)}${lost} =====`;
}

/** What was kept of one host's work; undefined when it printed nothing or a note shows all of it. */
async function load(
  engine: Pick<Engine, 'output'>,
  runId: string,
  work: OutputRef,
  { files }: Wording,
): Promise<{ work: OutputRef; text: string; keptBytes: number } | undefined> {
  const kept = await engine.output(runId, work.step, work.host);
  if (kept.trim() === '' || isShown(kept, work.shown)) return undefined;
  if (sha256(kept) !== work.outputHash) {
    return { work, text: `${files.laterAttempt}\n`, keptBytes: work.outputBytes };
  }
  return { work, text: clean(kept), keptBytes: bytesOf(kept) };
}

/**
 * The text of a file, clean and at most about FILE_BYTES_MAX long, with a line wherever something was cut. Undefined: there
 * is nothing that a message does not show already.
 */
export async function textOf(
  engine: Pick<Engine, 'output'>,
  { runId, command }: Pick<RunState, 'runId' | 'command'>,
  attachment: Attachment,
  say: Wording,
): Promise<string | undefined> {
  const head = clean(`${say.files.of(runId, command)}\n\n`);
  if (attachment.kind === 'text') {
    const where = `keybuzz show ${runId} --json`;
    return head + cutMiddle(clean(attachment.text), { bytesMax: FILE_BYTES_MAX, where, say });
  }
  const all = await Promise.all(attachment.works.map((work) => load(engine, runId, work, say)));
  const loaded = all.filter((one) => one !== undefined);
  if (loaded.length === 0) return undefined;
  const bytesMax = shares(
    loaded.map(({ text }) => bytesOf(text)),
    FILE_BYTES_MAX,
  );
  const parts = loaded.map(({ work, text, keptBytes }) => {
    const where = `keybuzz logs ${runId} ${work.step} ${work.host}`;
    return `${clean(headOf(work, keptBytes, say))}\n${cutMiddle(text, { bytesMax, where, say }).replace(/\n?$/, '\n')}`;
  });
  return head + parts.join('\n');
}

/** The worker keeps so many characters of a diff. */
const DIFF_CHARS_KEPT = 4000;

/** The whole preview as a file; undefined when its note, in this wording, shows all of it. */
export function previewAttachment({ runId, preview }: RunState, seq: number, say: Wording): Attachment | undefined {
  if (preview === undefined || !isPreviewCut(preview, say)) return undefined;
  const changes = preview.changes.map(({ host, kind, target, detail }) =>
    `${host}${say.colon}${kind} ${target} ${detail}`.trimEnd(),
  );
  const diffs = preview.diffs.map(({ host, target, text }) => {
    const end = text.length >= DIFF_CHARS_KEPT ? `\n${say.files.cutDiff(DIFF_CHARS_KEPT)}` : '';
    return `===== ${host}${say.colon}${target} =====\n${text}${end}`;
  });
  return {
    kind: 'text',
    name: `${runId}-${seq}-preview.diff`,
    title: say.files.wholePreview(runId),
    text: `${[say.files.preview(preview.hash), '', ...changes, '', ...diffs].join('\n')}\n`,
  };
}

/** A file with the outputs of some works of a run. */
export function outputAttachment(
  { runId }: Pick<RunState, 'runId'>,
  { seq, step, works }: { seq: number; step: { id: string; title: string } | undefined; works: readonly OutputRef[] },
  say: Wording,
): Attachment | undefined {
  if (works.length === 0) return undefined;
  const part_ = step === undefined ? '' : `-${step.id.replace(/[^a-z0-9-]/g, '-')}`;
  return {
    kind: 'outputs',
    name: `${runId}-${seq}${part_}.log`,
    title: step === undefined ? say.files.outputOfRun(runId) : say.files.outputOfStep(runId, say.titled(step.title)),
    works,
  };
}
