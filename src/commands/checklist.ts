import type { RunState, StepState } from '../jobs/state.ts';
import { english, inWords, type Wording } from '../language/index.ts';
import type { Answer, CheckResult } from '../modules/contract.ts';
import { dependentsOf } from '../modules/order.ts';
import { CHECKLIST, type Need } from './checklist-lines.ts';
import { gravestAnswer } from './outcome.ts';

/** One line of the platform's checklist, judged. */
export interface ChecklistLine {
  section: string;
  title: string;
  answer: Answer;
  /** What was found, where: never an opinion. */
  evidence: string;
  /** When it was found, ISO 8601; left out where nobody was asked. */
  at?: string;
}

/** A module that is not valid, and what that keeps from being deployed. */
export interface Blocking {
  module: string;
  /** Its checks that those who require it demand, and that do not pass. */
  checks: string[];
  blocks: string[];
}

/** The platform's checklist as a run of `validate` found it. */
export interface Checklist {
  lines: ChecklistLine[];
  /** Lines that pass, warnings among them: `unknown` and what is not part of the bot never do. */
  passing: number;
  isComplete: boolean;
  blocking: Blocking[];
}

/** Findings that are told of one line; the module's status has all. */
const TOLD_MAX = 4;

const isPassing = (answer: Answer): boolean => answer === 'pass' || answer === 'warn';

interface Found {
  answer: Answer;
  evidence: string;
  at?: string | undefined;
}

function stepOf({ plan, steps }: RunState, module: string): StepState | undefined {
  const stage = plan.stages?.find((one) => one.module === module);
  return steps.find(({ id }) => stage?.steps.includes(id));
}

/** Every answer of one module as one finding; of few checks what they say, of many how many pass and what does not. */
interface Asked {
  module: string;
  results: readonly CheckResult[];
  /** These checks alone were meant, not all of the module. */
  isNamed: boolean;
}

function sumUp({ module, results, isNamed }: Asked, say: Wording): string {
  const told = isNamed ? results : results.filter(({ answer }) => answer !== 'pass');
  const texts = told.slice(0, TOLD_MAX).map(({ check, answer, text }) => {
    return `${check}${answer === 'pass' ? '' : ` ${say.states.answer[answer]}`}${say.colon}${say.retold(text)}`;
  });
  const more = told.length > TOLD_MAX ? [say.checklist.more(told.length - TOLD_MAX)] : [];
  const passing = results.filter(({ answer }) => answer === 'pass').length;
  const count = isNamed ? [] : [say.checklist.pass(module, passing, results.length)];
  return [...count, ...texts, ...more].join(say.semicolon);
}

function findChecks(
  state: RunState,
  { module, checks }: { module: string; checks?: readonly string[] },
  say: Wording,
): Found {
  const { checklist } = say;
  const step = stepOf(state, module);
  if (step === undefined) return { answer: 'unknown', evidence: checklist.notPart(module) };
  if (step.endedAt === undefined) return { answer: 'unknown', evidence: checklist.notAskedYet(module) };
  const silent = (check: string): CheckResult => ({
    check,
    answer: 'unknown',
    value: '',
    text: checklist.nobodyAnswered,
  });
  const results =
    checks === undefined
      ? step.checks
      : checks.map((check) => step.checks.find((one) => one.check === check) ?? silent(check));
  if (results.length === 0) return { answer: 'unknown', evidence: checklist.noAnswers(module) };
  const answer = gravestAnswer(results.map((one) => one.answer));
  return { answer, evidence: sumUp({ module, results, isNamed: checks !== undefined }, say), at: step.endedAt };
}

function findEvidence(
  state: RunState,
  need: { evidence: string; module?: string },
  { checklist, colon, retold }: Wording,
): Found {
  const { evidence: check, module } = need;
  if (module !== undefined && stepOf(state, module) === undefined) {
    return { answer: 'unknown', evidence: checklist.notPart(module) };
  }
  const step = stepOf(state, '');
  const result = step?.checks.find((one) => one.check === check);
  if (result === undefined) return { answer: 'unknown', evidence: checklist.notLookedAt };
  const { answer, value } = result;
  const text = retold(result.text);
  return { answer, evidence: value === '' ? text : `${value}${colon}${text}`, at: step?.endedAt };
}

function find(state: RunState, need: Need, say: Wording): Found {
  return 'evidence' in need ? findEvidence(state, need, say) : findChecks(state, need, say);
}

/** Modules that fail what others demand of them. */
function blockingOf(state: RunState): Blocking[] {
  const stages = (state.plan.stages ?? []).filter(({ module }) => module !== '');
  const graph = stages.map(({ module, requires }) => ({ name: module, requires }));
  return stages.flatMap(({ module, demanded }) => {
    const step = stepOf(state, module);
    if (step?.endedAt === undefined) return [];
    const answers = new Map(step.checks.map(({ check, answer }) => [check, answer]));
    const checks = demanded.filter((check) => !isPassing(answers.get(check) ?? 'unknown'));
    const blocks = dependentsOf(graph, module);
    return checks.length === 0 ? [] : [{ module, checks, blocks }];
  });
}

/** The checklist out of a run of `validate` as far as it is; undefined for any other run. */
export function checklistOf(state: RunState, say: Wording = english): Checklist | undefined {
  if (state.plan.verb !== 'validate') return undefined;
  const lines = CHECKLIST.map(({ section, title, needs }): ChecklistLine => {
    const found = needs.map((need) => find(state, need, say));
    const at = found.flatMap((one) => one.at ?? []).sort()[0];
    return {
      section: say.checklist.sections[section],
      title: inWords(title, say),
      answer: gravestAnswer(found.map(({ answer }) => answer)),
      evidence: found.map(({ evidence }) => evidence).join(say.semicolon),
      ...(at === undefined ? {} : { at }),
    };
  });
  const passing = lines.filter(({ answer }) => isPassing(answer)).length;
  return { lines, passing, isComplete: passing === lines.length, blocking: blockingOf(state) };
}

/** "13 of 18 lines pass (72 %)". Never 100 % while one does not. */
export function checklistSummary({ lines, passing }: Checklist, say: Wording = english): string {
  return say.checklist.summary(passing, lines.length, Math.floor((passing / lines.length) * 100));
}

/** What a module that is not valid keeps from being deployed, and the next command. */
export function blockingSentence({ module, checks, blocks }: Blocking, say: Wording = english): string {
  return say.checklist.blocking({ module, checks: checks.join(', '), blocks: blocks.join(', ') });
}
