import type { SubjectState } from '../jobs/alert-state.ts';
import type { Baseline } from '../jobs/digests-face.ts';
import type { Monitored, Snapshot } from '../jobs/snapshots.ts';
import type { Ending } from '../jobs/events.ts';
import type { RunState } from '../jobs/state.ts';
import { isChange, type Answer, type CheckResult, type Module } from '../modules/contract.ts';
import { stagesOf, stepsOfStage } from '../modules/stages.ts';
import { gravestAnswer, plannedSteps } from './outcome.ts';
import { isOld } from './snapshot-age.ts';

/** Everything that a digest is made from. */
export interface DigestFacts {
  /** ISO 8601, UTC. */
  now: string;
  modules: readonly Pick<Module, 'name' | 'title' | 'checks'>[];
  snapshots: readonly Snapshot[];
  monitored: readonly Monitored[];
  /** Those with an open alert or a silence. */
  subjects: readonly SubjectState[];
  /** The newest runs, and whether there are older ones that were not looked at. */
  runs: { newest: readonly RunState[]; isCut: boolean };
  /** Runs that have not ended. */
  open: readonly RunState[];
  /** Break-glass runs that nobody reviewed. */
  unreviewed: readonly RunState[];
  /** `moved-<module>` of those whose primary can move. */
  proofs: readonly CheckResult[];
  /** What there was yesterday; undefined: nothing was kept. */
  before: Baseline | undefined;
}

/** How a module stands by the monitor's newest answers. */
export interface DigestModule {
  module: string;
  title: string;
  /** The gravest of its answers; `unknown` also when they are old, or it could not be asked. */
  answer: Answer;
  /** When it was asked, ISO 8601, UTC; empty: not yet. */
  at: string;
  isOld: boolean;
  checks: number;
  /** Ids of the checks that do not pass. */
  notPassing: string[];
  /** Why it could not be asked, a sentence; empty when it was. */
  trouble: string;
}

/** A check that answers something else than yesterday. */
export interface Turned {
  module: string;
  check: string;
  from: Answer;
  to: Answer;
}

/** A run that waits for people: to approve it, to say how it goes on, or to look at what broke the glass. */
export interface WaitingRun {
  run: string;
  command: string;
  person: string;
  what: 'approval' | 'interrupted' | 'review';
  requestedAt: string;
}

/** A run that changed modules. */
export interface ChangingRun {
  run: string;
  command: string;
  person: string;
  modules: string[];
  /** How it ended, or where it stands. */
  state: RunState['status'] | Ending;
  /** When it ended, or was asked for. */
  at: string;
}

/** What a check says of certificates, backups or software at its end. */
export interface Upkeep extends CheckResult {
  topic: 'certificates' | 'backups' | 'end of life';
  module: string;
  title: string;
  isOld: boolean;
}

/** What there is to know of the platform today. */
export interface Digest {
  at: string;
  /** What it is compared with; left out: nothing was kept. */
  since?: string;
  modules: DigestModule[];
  /** Names of modules that the monitor is not to ask. */
  unasked: string[];
  turned: Turned[];
  changed: ChangingRun[];
  /** There are more runs than were looked at. */
  isCut: boolean;
  /** Subjects with an open alert, the longest open first. */
  alerts: SubjectState[];
  waiting: WaitingRun[];
  /** `moved-<module>` of monitored modules: never, or too long ago. */
  unproven: CheckResult[];
  /** Monitored modules whose primary was moved lately, with success. */
  proven: number;
  upkeep: Upkeep[];
}

function moduleOf({ name, title }: DigestFacts['modules'][number], { snapshots, monitored, now }: DigestFacts) {
  const known = { module: name, title };
  const snapshot = snapshots.find(({ module }) => module === name);
  const asked = monitored.find(({ module }) => module === name);
  if (asked === undefined) return [];
  if (snapshot === undefined) {
    return [{ ...known, answer: 'unknown' as const, at: '', isOld: false, checks: 0, notPassing: [], trouble: '' }];
  }
  const { at, results, trouble } = snapshot;
  const old = isOld(snapshot, asked, now);
  const answers = results.map(({ answer }) => answer);
  const answer = gravestAnswer(old || trouble !== '' ? [...answers, 'unknown'] : answers);
  const notPassing = results.filter((one) => one.answer !== 'pass').map(({ check }) => check);
  return [{ ...known, answer, at, isOld: old, checks: results.length, notPassing, trouble }];
}

/** Checks that were asked at both times; what only one version of the bot asks is no change of the platform. */
function turnedOf({ snapshots, monitored, before }: DigestFacts): Turned[] {
  return snapshots
    .filter(({ module }) => monitored.some((one) => one.module === module))
    .flatMap(({ module, results }) => {
      const was = new Map(Object.entries(before?.answers[module] ?? {}));
      return results.flatMap(({ check, answer: to }) => {
        const from = was.get(check);
        return from === undefined || from === to ? [] : [{ module, check, from, to }];
      });
    });
}

function changedModules(state: RunState): string[] {
  const started = new Set(
    plannedSteps(state)
      .filter(({ step, progress }) => isChange(step) && progress.startedAt !== undefined)
      .map(({ step }) => step.id),
  );
  const stages = stagesOf(state.plan).filter((stage) =>
    stepsOfStage(state.plan, stage).some(({ id }) => started.has(id)),
  );
  return [...new Set(stages.map(({ module }) => module).filter((module) => module !== ''))];
}

/** From when on changes are told: the digest before, or a day ago. */
function sinceMsOf({ before, now }: DigestFacts): number {
  return before === undefined ? Date.parse(now) - DAY_MS : Date.parse(before.at);
}

/** True when runs that were not looked at may have been asked for since then. */
function isCut(facts: DigestFacts): boolean {
  const { newest } = facts.runs;
  const oldest = newest.at(-1)?.requestedAt;
  return facts.runs.isCut && (oldest === undefined || Date.parse(oldest) > sinceMsOf(facts));
}

function changedOf(facts: DigestFacts): ChangingRun[] {
  const sinceMs = sinceMsOf(facts);
  return facts.runs.newest.flatMap((state) => {
    const at = state.endedAt ?? state.requestedAt;
    const modules = changedModules(state);
    if (modules.length === 0 || Date.parse(at) < sinceMs) return [];
    const { runId: run, command, person, ending, status } = state;
    return [{ run, command, person: person.name, modules, state: ending?.ending ?? status, at }];
  });
}

function waitingOf({ open, unreviewed }: DigestFacts): WaitingRun[] {
  const as = ({ runId: run, command, person, requestedAt }: RunState, what: WaitingRun['what']) => {
    return { run, command, person: person.name, what, requestedAt };
  };
  return [
    ...open.filter(({ status }) => status === 'waiting-approval').map((state) => as(state, 'approval')),
    ...open.filter(({ status }) => status === 'interrupted').map((state) => as(state, 'interrupted')),
    ...unreviewed.map((state) => as(state, 'review')),
  ];
}

function upkeepOf(facts: DigestFacts): Upkeep[] {
  const { modules, snapshots, monitored, now } = facts;
  const all = modules.flatMap(({ name, checks }) => {
    const snapshot = snapshots.find(({ module }) => module === name);
    const asked = monitored.find(({ module }) => module === name);
    if (snapshot === undefined || asked === undefined) return [];
    return checks.flatMap(({ id, title, upkeep: topic }) => {
      const result = snapshot.results.find(({ check }) => check === id);
      if (topic === undefined || result === undefined) return [];
      return [{ ...result, topic, module: name, title, isOld: isOld(snapshot, asked, now) }];
    });
  });
  return TOPICS.flatMap((topic) => all.filter((one) => one.topic === topic));
}

const DAY_MS = 24 * 3_600_000;
const TOPICS = ['certificates', 'backups', 'end of life'] as const;

/** The digest of these facts. */
export function digestOf(facts: DigestFacts): Digest {
  const { now, before, modules, monitored, subjects, proofs } = facts;
  const asked = proofs.filter(({ check }) => monitored.some(({ module }) => check === `moved-${module}`));
  const unproven = asked.filter(({ answer }) => answer !== 'pass');
  return {
    at: now,
    ...(before === undefined ? {} : { since: before.at }),
    modules: modules.flatMap((module) => moduleOf(module, facts)),
    unasked: modules.map(({ name }) => name).filter((name) => !monitored.some(({ module }) => module === name)),
    turned: turnedOf(facts),
    changed: changedOf(facts),
    isCut: isCut(facts),
    alerts: subjects.filter(({ alert }) => alert !== undefined),
    waiting: waitingOf(facts),
    ...{ unproven, proven: asked.length - unproven.length },
    upkeep: upkeepOf(facts),
  };
}
