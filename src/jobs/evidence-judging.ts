import type { CheckResult } from '../modules/contract.ts';
import type { CredentialsSurvey } from './credentials.ts';
import type { RunState } from './state.ts';

/** Days after which a proof that a primary can move is old. */
export const PROOF_DAYS_MAX = 30;

const DAY_MS = 24 * 3_600_000;

/** A failover or drill that ended well, of which nothing that it measured was bad or unknown. */
export interface Proof {
  runId: string;
  verb: string;
  /** ISO 8601, UTC. */
  endedAt: string;
  /** As it was measured, "2.31s"; empty when nothing measured it. */
  outage: string;
}

/** What a run proves; undefined: it did not end well, or what it measured was bad or unknown. */
export function proofOf(state: RunState): Proof | undefined {
  const found = state.steps.flatMap(({ hosts }) => hosts.flatMap(({ checks }) => checks));
  const isGood = found.every(({ answer }) => answer === 'pass' || answer === 'warn');
  if (state.ending?.ending !== 'ok' || state.endedAt === undefined || !isGood) return undefined;
  const outage = found.find(({ check }) => check === 'outage')?.value ?? '';
  return { runId: state.runId, verb: state.plan.verb, endedAt: state.endedAt, outage };
}

/** Whether a module's primary has been proven to move, and lately. */
export function judgeProof(module: string, proof: Proof | undefined, nowMs: number): CheckResult {
  const check = `moved-${module}`;
  if (proof === undefined) {
    return { check, answer: 'fail', value: 'never', text: 'no failover or drill of it ever ended well in our logs' };
  }
  const { runId, verb, endedAt, outage } = proof;
  const day = endedAt.slice(0, 10);
  const days = Math.max(0, Math.floor((nowMs - Date.parse(endedAt)) / DAY_MS));
  const isOld = nowMs - Date.parse(endedAt) > PROOF_DAYS_MAX * DAY_MS;
  const lost = outage === '' ? 'its outage was not measured' : `outage ${outage}`;
  const ago = days === 1 ? `${days} day ago` : `${days} days ago`;
  const age = isOld ? `${ago}, more than ${PROOF_DAYS_MAX}` : ago;
  return { check, answer: isOld ? 'warn' : 'pass', value: day, text: `${verb}, run ${runId}, ${lost}, ${age}` };
}

const octal = (mode: number): string => `0${mode.toString(8).padStart(3, '0')}`;

/** Whether every credential is there, in files that nobody else may read. `host` is the machine they are on. */
export function judgeCredentials({ directory, directoryMode, files }: CredentialsSurvey, host: string): CheckResult {
  const faults = files.flatMap(({ module, mode, missing, fault }) => {
    if (fault !== '') return [fault];
    if (mode === undefined) return [`${module}.env is not there`];
    const lacks = missing.length === 0 ? [] : [`${module}.env lacks ${missing.join(', ')}`];
    return (mode & 0o177) === 0 ? lacks : [`${module}.env is ${octal(mode)}, not 0600`, ...lacks];
  });
  if (directoryMode === undefined) faults.unshift(`${directory} is not there`);
  else if ((directoryMode & 0o077) !== 0) faults.unshift(`${directory} is ${octal(directoryMode)}, not 0700`);
  const good = files.filter(({ mode, missing, fault }) => mode !== undefined && missing.length === 0 && fault === '');
  const value = `${good.length}/${files.length}`;
  if (faults.length > 0)
    return { check: 'credentials', answer: 'fail', value, text: `on ${host}: ${faults.join('; ')}` };
  const names = files.map(({ module }) => `${module}.env`).join(', ');
  const found = [`${directory} 0700`, `${names} 0600, complete`];
  return { check: 'credentials', answer: 'pass', value, text: `on ${host}: ${found.join('; ')}` };
}
