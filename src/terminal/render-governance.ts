import type { Reply } from '../commands/index.ts';
import { freezeSentence } from '../jobs/index.ts';
import type { Wording } from '../language/index.ts';
import { escapeControl, formatTable, formatTime, type Style } from './text.ts';

type Of<K extends Reply['kind']> = Extract<Reply, { kind: K }>;

/** Why somebody may do something now, or why not. */
export function renderExplained(
  { person, command, explanation }: Of<'explained'>,
  { colon, governance }: Wording,
): string[] {
  const { decision, sentence, fix } = explanation;
  const head = `${governance.decision[decision]}${colon}${person.name}, ${command}`;
  return [head, sentence, ...(fix === '' ? [] : [fix])].map(escapeControl);
}

/** The freeze that holds now. */
export function renderFrozen({ freeze }: Of<'frozen'>, say: Wording): string[] {
  return [escapeControl(freezeSentence(freeze)(say)), say.governance.nothingBegins('keybuzz unfreeze')];
}

/** What was lifted, and which runs wait for somebody. */
export function renderUnfrozen({ interrupted }: Of<'unfrozen'>, { governance, terminal }: Wording): string[] {
  return [governance.unfrozen, ...interrupted.map(terminal.interruptedRun)];
}

/** Break-glass runs that nobody else has reviewed. */
export function renderReviews({ runs }: Of<'reviews'>, style: Style): string[] {
  const { governance, terminal } = style.say;
  if (runs.length === 0) return [governance.noReviews];
  const rows = runs.map(({ runId, command, person, requestedAt, breakGlass }) =>
    [runId, command, person.name, formatTime(requestedAt, style.timeZone), breakGlass?.reason ?? ''].map(escapeControl),
  );
  return [...formatTable([terminal.columns.reviews, ...rows], style), terminal.howToReview];
}

/** A new secret, for whoever sits at the terminal. */
export function renderTotpSecret({ uri, secret }: Of<'totp-enrol'>, { governance }: Wording): string[] {
  return [governance.secret, `  ${secret}`, `  ${uri}`, governance.secretThen('keybuzz totp confirm <code>')].map(
    escapeControl,
  );
}

/** That codes count now, or do not any more. */
export function renderTotp({ did, person }: Of<'totp'>, { governance }: Wording): string[] {
  return [escapeControl(did === 'confirm' ? governance.codesCount : governance.codesForgotten(person.name))];
}
