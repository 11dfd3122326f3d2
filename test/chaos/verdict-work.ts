import { bodiesOf, type Evidence } from './evidence.ts';
import type { LedgerLine } from './ledger.ts';

/** One piece of work as its host wrote it down. */
interface Piece {
  host: string;
  step: string;
  /** `<run>.<step>.<attempt>`. */
  unit: string;
  boot: string;
  begun: number;
  ended: number;
}

function piecesOf(ledger: readonly LedgerLine[]): Piece[] {
  const pieces = new Map<string, Piece>();
  for (const { host, unit, kind, boot } of ledger) {
    const key = `${host} ${unit}`;
    const piece = pieces.get(key) ?? { host, unit, step: unit.split('.')[1] ?? '', boot, begun: 0, ended: 0 };
    if (kind === 'begin') piece.begun += 1;
    else piece.ended += 1;
    pieces.set(key, piece);
  }
  return [...pieces.values()];
}

type Looked = Pick<Evidence, 'ledger' | 'boots'>;

const isRebooted = ({ boots }: Looked, { host, boot }: Piece) => (boots.get(host) ?? boot) !== boot;

/** Work that still runs on its host. */
export function openWork(looked: Looked): string[] {
  const open = piecesOf(looked.ledger).filter((piece) => piece.ended < piece.begun && !isRebooted(looked, piece));
  return open.map(({ host, unit }) => `${unit} on ${host}`);
}

/** A restart of the host took it away: nobody can know how far it came, and the log must not claim to. */
function isCutShort(evidence: Evidence, piece: Piece): boolean {
  if (!isRebooted(evidence, piece)) return false;
  const isOwn = ({ step, host }: { step: string; host: string }) => step === piece.step && host === piece.host;
  const number = Number(piece.unit.split('.')[2]);
  // A later attempt may have gone on with this very work, and learnt how it ended.
  const attempts = bodiesOf(evidence.events, 'host.started').filter((one) => isOwn(one) && one.work === number);
  const known = bodiesOf(evidence.events, 'host.finished').filter(
    (one) => isOwn(one) && attempts.some(({ attempt }) => attempt === one.attempt),
  );
  if (known.length === 0) return piece.ended === 0;
  return known.every(({ outcome }) => outcome === 'unknown');
}

/** A new attempt begins only after somebody pressed Resume. */
function unasked({ events }: Evidence): string[] {
  let attempt = 1;
  const faults: string[] = [];
  for (const { body } of events) {
    if (body.type === 'resume.requested') attempt += 1;
    if (body.type === 'host.started' && body.attempt > attempt)
      faults.push(`${body.step} on ${body.host} began attempt ${body.attempt} after ${attempt - 1} resumes`);
  }
  return faults;
}

/** Each step began at most once on each of its hosts, and ended once where the log says that it is done. */
export function faultsOfWork(evidence: Evidence): string[] {
  const { runId, events, ledger } = evidence;
  const started = bodiesOf(events, 'host.started').map(({ step, host, work }) => `${host} ${runId}.${step}.${work}`);
  const pieces = piecesOf(ledger);
  const faults = pieces
    .filter(({ host, unit }) => !started.includes(`${host} ${unit}`))
    .map(({ host, unit }) => `${unit} ran on ${host}, and the log does not know it`);
  const isOk = events.some(({ body }) => body.type === 'run.ended' && body.ending === 'ok');
  const done = bodiesOf(events, 'host.finished').filter(({ outcome }) => outcome === 'ok');
  const steps = bodiesOf(events, 'run.requested').flatMap(({ plan }) => plan.steps);
  for (const step of steps) {
    if (step.kind !== 'script') continue;
    for (const { host } of step.work) {
      const own = pieces.filter((piece) => piece.host === host && piece.step === step.id);
      const twice = own.filter(({ begun, ended }) => begun > 1 || ended > 1);
      const counted = own.filter((piece) => !isCutShort(evidence, piece));
      const begun = counted.reduce((sum, piece) => sum + piece.begun, 0);
      const ended = counted.reduce((sum, piece) => sum + piece.ended, 0);
      const isDone = isOk || done.some((one) => one.step === step.id && one.host === host);
      const units = counted.map(({ unit }) => unit).join(', ');
      if (twice.length > 0 || begun > 1 || (isDone && begun !== 1))
        faults.push(`${step.id} began ${begun} times on ${host}: ${units}`);
      if (ended > 1 || (isDone && ended !== 1)) faults.push(`${step.id} ended ${ended} times on ${host}: ${units}`);
    }
  }
  return [...faults, ...unasked(evidence), ...openWork(evidence).map((work) => `${work} never ended`)];
}

/** Nothing before the approval; of the rolling step never two hosts at the same time. */
export function faultsOfOrder({ events, ledger, boots }: Evidence): string[] {
  const faults: string[] = [];
  const approvedMs = Math.min(
    ...events.filter(({ body }) => body.type === 'approval.given').map(({ at }) => Date.parse(at)),
  );
  const early = ledger.filter(({ atMs }) => atMs < approvedMs);
  if (early.length > 0) faults.push(`${early.length} lines of work are older than the approval`);
  const rolling = ledger.filter(({ unit }) => unit.includes('.roll.')).toSorted((one, other) => one.atMs - other.atMs);
  let working: LedgerLine | undefined;
  for (const line of rolling) {
    const isGone = working !== undefined && isRebooted({ ledger, boots }, { ...working, step: '', begun: 1, ended: 0 });
    if (line.kind === 'begin' && working !== undefined && !isGone)
      faults.push(`roll began on ${line.host} while it ran on ${working.host}`);
    working = line.kind === 'begin' ? line : undefined;
  }
  return faults;
}
