import type { Engine } from '../jobs/engine.ts';
import type { Module } from '../modules/contract.ts';
import { digestOf, type Digest } from './digest.ts';
import type { Reply } from './reply.ts';
import { authorise, type Turn } from './turn.ts';

/** More runs since the last digest are told of as more; each has a log to read. */
const RUNS_LOOKED_AT = 200;

/** The digest as it is now. Asks no host. Throws ExternalError when Redis does not answer. */
export async function gatherDigest(
  engine: Pick<Engine, 'alerts' | 'runs' | 'unreviewed' | 'digests' | 'nowMs'>,
  modules: readonly Module[],
): Promise<Digest> {
  const { alerts, digests } = engine;
  const [before, proofs, snapshots, monitored, subjects] = await Promise.all([
    ...([digests.before(), digests.proofs(modules)] as const),
    ...([alerts.snapshots(), alerts.monitored(), alerts.open()] as const),
  ]);
  const [newest, open, unreviewed] = await Promise.all([
    engine.runs({ limit: RUNS_LOOKED_AT, openOnly: false }),
    engine.runs({ limit: RUNS_LOOKED_AT, openOnly: true }),
    engine.unreviewed(),
  ]);
  return digestOf({
    now: new Date(engine.nowMs()).toISOString(),
    ...{ modules, snapshots, monitored, subjects, open, unreviewed, proofs, before },
    runs: { newest, isCut: newest.length === RUNS_LOOKED_AT },
  });
}

/** The digest for whoever the policy lets read it. */
export async function handleDigest(turn: Turn): Promise<Reply> {
  await authorise(turn, { verb: 'digest', module: undefined, targets: [] }, 'read the digest');
  return { kind: 'digest', digest: await gatherDigest(turn.engine, turn.modules) };
}
