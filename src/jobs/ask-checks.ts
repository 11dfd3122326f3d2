import { setTimeout as delay } from 'node:timers/promises';
import PQueue from 'p-queue';
import { sentenceOf } from '../errors.ts';
import { HETZNER } from '../modules/cloud.ts';
import type { CheckResult, HostAnswer, Module, Probe } from '../modules/contract.ts';
import { runRead, type ProtocolLine, type ScriptResult } from '../ssh/index.ts';
import { isRedisSilent } from './redis.ts';
import { HOSTS_AT_ONCE, loadMaterial, OUTPUT_BYTES_MAX, projectOf, targetOf, type Workshop } from './workshop.ts';

/** How often checks are asked again while we wait for them to pass, ms. */
const ASK_AGAIN_MS = 1_000;

export interface Answers {
  results: CheckResult[];
  hosts: { host: string; outcome: HostAnswer['outcome']; reason: string }[];
}

/** `::fact` lines by key; of a repeated key the last one counts. */
export function factsOf(lines: readonly ProtocolLine[]): Record<string, string> {
  return Object.fromEntries(lines.flatMap((line) => (line.kind === 'fact' ? [[line.key, line.value]] : [])));
}

/** A malformed line makes the whole answer untrustworthy. */
function answerOf(host: string, result: ScriptResult): HostAnswer {
  const [malformed] = result.malformed;
  return {
    host,
    outcome: malformed === undefined ? result.outcome : 'failed',
    facts: factsOf(result.lines),
    checks: result.lines.flatMap((line) =>
      line.kind === 'check' ? [{ id: line.id, answer: line.answer, value: line.value, text: line.text }] : [],
    ),
    reason: malformed === undefined ? result.reason : `its status script printed a line we can't read: ${malformed}`,
  };
}

/** A host's answer, and whether it was the host itself that could not be talked to. */
interface Heard {
  answer: HostAnswer;
  isSilent: boolean;
}

async function askHost(workshop: Workshop, module: Module, probe: Probe, signal: AbortSignal): Promise<Heard> {
  try {
    const scriptHash = workshop.assemble(probe.script).hash;
    const material = await loadMaterial(workshop, module.name, { ...probe, scriptHash }, false);
    const result = await runRead(workshop.pool, targetOf(workshop, probe.host), {
      ...material,
      args: probe.args,
      mode: 'read',
      timeoutSeconds: probe.timeoutSeconds,
      outputBytesMax: OUTPUT_BYTES_MAX,
      signal,
    });
    const isSilent = result.outcome === 'unknown' && result.code.startsWith('KEYBUZZ_HOST_');
    return { answer: answerOf(probe.host, result), isSilent };
  } catch (error) {
    signal.throwIfAborted();
    if (isRedisSilent(error)) throw error;
    const answer = { host: probe.host, outcome: 'unknown' as const, facts: {}, checks: [], reason: sentenceOf(error) };
    return { answer, isSilent: false };
  }
}

/** What Hetzner says of the module, as if it were a host; a module that has nothing there is not asked. */
async function askCloud(workshop: Workshop, module: Module, signal: AbortSignal): Promise<HostAnswer[]> {
  if (module.cloud === undefined) return [];
  try {
    const checks = await projectOf(workshop).ask(module.cloud(workshop.inventory), signal);
    return [{ host: HETZNER, outcome: 'ok', facts: {}, checks, reason: '' }];
  } catch (error) {
    signal.throwIfAborted();
    return [{ host: HETZNER, outcome: 'unknown', facts: {}, checks: [], reason: sentenceOf(error) }];
  }
}

/** A module, and the names of the hosts that alone are asked and judged; left out: all of them. */
export interface Asked {
  module: Module;
  hosts?: readonly string[] | undefined;
}

/** What a module answered, and which hosts could not be talked to. */
export interface Hearing {
  answers: Answers;
  silent: { host: string; reason: string }[];
}

/**
 * Asks every probe of a module once, all at the same time. A host that says nothing makes its checks unknown. Throws
 * ExternalError when our own Redis does not answer.
 */
export async function hearChecks(workshop: Workshop, asked: Asked, signal: AbortSignal): Promise<Hearing> {
  const { module, hosts } = asked;
  const { inventory } = workshop;
  const isMeant = (name: string) => hosts?.includes(name) ?? true;
  const queue = new PQueue({ concurrency: HOSTS_AT_ONCE });
  const probes = module.probes(inventory).filter(({ host }) => isMeant(host));
  const asking = probes.map((probe) => queue.add(() => askHost(workshop, module, probe, signal)));
  const cloud = hosts === undefined ? askCloud(workshop, module, signal) : Promise.resolve([]);
  const [heard, ofCloud] = await Promise.all([Promise.all(asking), cloud]);
  // A question that we broke off ourselves was not answered by anybody.
  signal.throwIfAborted();
  const judged = { ...inventory, hosts: inventory.hosts.filter(({ name }) => isMeant(name)) };
  const answers = [...heard.map(({ answer }) => answer), ...ofCloud];
  return {
    answers: {
      results: module.assess(judged, answers),
      hosts: answers.map(({ host, outcome, reason }) => ({ host, outcome, reason })),
    },
    silent: heard.filter(({ isSilent }) => isSilent).map(({ answer: { host, reason } }) => ({ host, reason })),
  };
}

/** The answers alone. */
export async function askChecks(workshop: Workshop, asked: Asked, signal: AbortSignal): Promise<Answers> {
  return (await hearChecks(workshop, asked, signal)).answers;
}

/** Ids of the checks that passed, without a warning: what must pass again afterwards. */
export function passingOf(results: readonly CheckResult[]): string[] {
  return results.filter(({ answer }) => answer === 'pass').map(({ check }) => check);
}

/** The checks of `must` that did not pass: `warn` passes, `unknown` never does, and one nobody answered is unknown. */
export function notPassing(results: readonly CheckResult[], must: readonly string[]): CheckResult[] {
  return must.flatMap((check) => {
    const result = results.find((one) => one.check === check);
    if (result === undefined) return [{ check, answer: 'unknown' as const, value: '', text: 'nobody answered it' }];
    return result.answer === 'fail' || result.answer === 'unknown' ? [result] : [];
  });
}

/** "one-master is fail (two masters)": why checks do not pass; those with one reason are named together. */
export function sentenceOfChecks(open: readonly CheckResult[]): string {
  const reasons = [...new Set(open.map(({ answer, text }) => `${answer} (${text})`))];
  return reasons
    .map((reason) => {
      const names = open.filter(({ answer, text }) => `${answer} (${text})` === reason).map(({ check }) => check);
      return `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} ${reason}`;
    })
    .join('; ');
}

/** Asks until everything of `must` passes or the deadline (seconds from now) is over; gives the last answers. */
export async function askUntilPassing(
  workshop: Workshop,
  asked: Asked & { must: readonly string[]; deadlineSeconds: number },
  signal: AbortSignal,
): Promise<Answers> {
  const deadlineMs = workshop.store.clock.nowMs() + asked.deadlineSeconds * 1000;
  for (;;) {
    const isOver = workshop.store.clock.nowMs() >= deadlineMs;
    const answers = await askChecks(workshop, asked, signal);
    if (isOver || notPassing(answers.results, asked.must).length === 0) return answers;
    await delay(ASK_AGAIN_MS, undefined, { signal });
  }
}
