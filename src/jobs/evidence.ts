import { hostname } from 'node:os';
import { ExternalError } from '../errors.ts';
import type { CheckResult, Module } from '../modules/contract.ts';
import { judgeCredentials, judgeProof, proofOf, type Proof } from './evidence-judging.ts';
import { keysOf } from './keys.ts';
import { openLog, type LogStore } from './log.ts';
import { answered } from './redis.ts';
import type { Workshop } from './workshop.ts';

/** Verbs that move a module's primary. */
const MOVES = ['failover', 'drill'] as const;

/** So many runs are read at a time, newest first, until one proves it. */
const PAGE = 20;

/** A log that can't be read proves nothing; that Redis is away says nothing of the log. */
function unlessRedisIsAway(error: unknown): undefined {
  if (error instanceof ExternalError) throw error;
  return undefined;
}

/** The newest run of this verb that ended well; undefined: none did. */
async function newestProof(store: LogStore, verb: string, module: string): Promise<Proof | undefined> {
  const key = keysOf(store.prefix).runsOf(verb, module);
  for (let from = 0; ; from += PAGE) {
    const ids = await answered(store.redis.zrange(key, `${from}`, `${from + PAGE - 1}`, 'REV'));
    for (const id of ids) {
      const state = await openLog(store, id).refresh().catch(unlessRedisIsAway);
      const proof = state === undefined ? undefined : proofOf(state);
      if (proof !== undefined) return proof;
    }
    if (ids.length < PAGE) return undefined;
  }
}

async function askProof(store: LogStore, module: Module): Promise<CheckResult> {
  const verbs = MOVES.filter((verb) => module.verbs.includes(verb));
  const found = await Promise.all(verbs.map((verb) => newestProof(store, verb, module.name)));
  const [newest] = found
    .flatMap((proof) => (proof === undefined ? [] : [proof]))
    .sort((a, b) => b.endedAt.localeCompare(a.endedAt));
  return judgeProof(module.name, newest, store.clock.nowMs());
}

/** `moved-<module>` for each of them whose primary can move: when it last did with success. */
export async function readProofs(store: LogStore, modules: readonly Module[]): Promise<CheckResult[]> {
  const movable = modules.filter(({ verbs }) => MOVES.some((verb) => verbs.includes(verb)));
  return Promise.all(movable.map((module) => askProof(store, module)));
}

/** The files of credentials, and for each module whose primary can move when it last did with success. */
export async function gatherEvidence(workshop: Workshop): Promise<CheckResult[]> {
  const { modules, credentials } = workshop;
  const survey = await credentials.survey(modules);
  return [judgeCredentials(survey, hostname()), ...(await readProofs(workshop.store, modules))];
}
