import type { SectionBlock } from '@slack/types';
import { measured } from '../../commands/outcome.ts';
import { newestOfRun } from '../../commands/verdict.ts';
import { english, type Wording } from '../../language/index.ts';
import type { RunState } from '../../jobs/index.ts';
import { checkMatrix, checkSummary } from './checks.ts';
import { code, line, section } from './text.ts';

const NAMED_MAX = 5;

/** "checks: 6 pass, 1 warn", and when they were asked; empty without answers. */
export function checksLine(state: Pick<RunState, 'plan' | 'steps'>, say: Wording = english): string {
  const { results, isOutdated } = newestOfRun(state);
  const summary = checkSummary(results, say);
  return summary === '' ? '' : say.run.checks(summary, isOutdated);
}

/** What the run's scripts found, above the summary of the checks: the answer that people did it for. */
export function resultSections(state: Pick<RunState, 'plan' | 'steps'>, say: Wording = english): SectionBlock[] {
  const found = measured(state.steps);
  if (found.length === 0) return [];
  const { results, isOutdated } = newestOfRun(state);
  const checksAfter = results.length === 0 ? [] : [section(say.run.checksWhen(checkSummary(results, say), isOutdated))];
  return [section(say.run.Results), ...checkMatrix(found, 1, say), ...checksAfter];
}

/** The same in a few words, for a notification: "outage `1.4 s`, lost-writes `0`". */
export function resultsShort({ steps }: Pick<RunState, 'steps'>, say: Wording = english): string {
  return measured(steps)
    .slice(0, NAMED_MAX)
    .map(
      ({ check, answer, value }) => `${line(check, 60)} ${value === '' ? say.states.answer[answer] : code(value, 60)}`,
    )
    .join(', ');
}
