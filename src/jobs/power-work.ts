import { z } from 'zod';
import { RefusedError } from '../errors.ts';
import type { Boot, CloudChange, CloudPreview, PowerNote } from '../hetzner/index.ts';
import type { PowerWork } from '../modules/cloud.ts';
import { createRedact } from '../secret.ts';
import { runRead } from '../ssh/index.ts';
import { factsOf } from './ask-checks.ts';
import { OUTPUT_BYTES_MAX, plannedScript, projectOf, targetOf, type Workshop } from './workshop.ts';

/** A host that is going down keeps its connections without answering: it is asked for no longer than this. */
const ASK_SECONDS = 10;

/** A note as it stands in the log; `by` is the worker that wrote it. */
const Written = z.object({
  newestAction: z.coerce.number().int().nonnegative(),
  boot: z.string(),
  atMs: z.coerce.number().int().positive(),
  by: z.string(),
});

const BootFacts = z.object({ boot: z.string().regex(/^[0-9a-f-]{36}$/), uptime: z.coerce.number().nonnegative() });

/** What the worker knows beside the work itself. */
interface PowerLeave {
  isApproved: (change: CloudChange) => Promise<boolean>;
  timeoutMs: number;
  /** What the first worker noted; undefined: nobody began yet. */
  note: Readonly<Record<string, string>> | undefined;
  /** Gives the note that counts from then on; undefined: the run is not where it was. */
  writeNote: (note: Record<string, string>) => Promise<Readonly<Record<string, string>> | undefined>;
}

/** The boot a host runs; undefined when it does not say. Over a connection opened for it: an old one outlives the host. */
export async function bootOf(
  workshop: Workshop,
  work: Pick<PowerWork, 'host' | 'bootScript'>,
  signal: AbortSignal,
): Promise<Boot | undefined> {
  const target = targetOf(workshop, work.host);
  workshop.pool.renew(target);
  const { outcome, lines } = await runRead(workshop.pool, target, {
    script: await plannedScript(workshop, work.bootScript),
    ...{ args: [], secrets: [], mode: 'read', timeoutSeconds: ASK_SECONDS, redact: createRedact(), signal },
    outputBytesMax: OUTPUT_BYTES_MAX,
  });
  signal.throwIfAborted();
  const facts = BootFacts.safeParse(factsOf(lines));
  if (outcome !== 'ok' || !facts.success) return undefined;
  return { id: facts.data.boot, uptimeSeconds: facts.data.uptime };
}

function readNote(written: Readonly<Record<string, string>> | undefined) {
  return written === undefined ? undefined : Written.parse(written);
}

/** What the power action would be about. Throws as `Hetzner` does. */
export async function previewOfPower(
  workshop: Workshop,
  work: PowerWork,
  written: Readonly<Record<string, string>> | undefined,
  signal: AbortSignal,
): Promise<CloudPreview> {
  const boot = await bootOf(workshop, work, signal);
  const note = readNote(written);
  const seen = { ...(boot === undefined ? {} : { boot }), ...(note === undefined ? {} : { note }) };
  return projectOf(workshop).previewPower(work, seen, signal);
}

/** Does it, or goes on with it. Throws as `Hetzner` does. */
export async function performPower(
  workshop: Workshop,
  work: PowerWork,
  { note: written, writeNote, ...leave }: PowerLeave,
  signal: AbortSignal,
): Promise<CloudChange[]> {
  const { worker: by, unreachableMs: silentMs, store } = workshop;
  const nowMs = () => store.clock.nowMs();
  async function note(own: PowerNote): Promise<{ note: PowerNote; isOurs: boolean }> {
    const { newestAction, boot, atMs } = own;
    const kept = readNote(await writeNote({ newestAction: `${newestAction}`, boot, atMs: `${Math.round(atMs)}`, by }));
    if (kept !== undefined) return { note: kept, isOurs: kept.by === by && kept.atMs === Math.round(atMs) };
    const fix = 'See where the run stands with `runs --open`.';
    throw new RefusedError('the run is not where it was.', { code: 'KEYBUZZ_RUN_MOVED', fix });
  }
  const boot = () => bootOf(workshop, work, signal);
  const clearance = { ...leave, boot, note, noted: readNote(written), nowMs, silentMs };
  return projectOf(workshop).power(work, clearance, signal);
}
