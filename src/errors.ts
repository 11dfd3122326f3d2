import { english, inWords, type Told, type Wording } from './language/index.ts';

/** What an error of ours always carries besides its sentence. */
interface ErrorParts {
  /** Stable, never reused, `KEYBUZZ_...`: the only thing code may branch on. */
  code: string;
  /** What the reader should do next, as a sentence. */
  fix: Told;
  /** The error underneath, kept for the log. */
  cause?: unknown;
}

/**
 * The root of every error we raise on purpose. Slack and the terminal show `message` and `fix`; the log has the rest.
 * Anything else that reaches an edge is a defect and is wrapped there once.
 */
export class KeybuzzError extends Error {
  readonly code: string;
  readonly fix: string;

  readonly #told: { message: Told; fix: Told };

  /** A phrase is told in the reader's language; `message` and `fix` have it in English, for the log. */
  constructor(message: Told, parts: ErrorParts) {
    super(inWords(message, english), parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = new.target.name;
    this.code = parts.code;
    this.fix = inWords(parts.fix, english);
    this.#told = { message, fix: parts.fix };
  }

  /** Both sentences in the reader's language: as they were given in it, or as what was only said in English is retold. */
  told(say: Wording): { message: string; fix: string } {
    const tell = (told: Told): string => (typeof told === 'string' ? say.retold(told) : told(say));
    return { message: tell(this.#told.message), fix: tell(this.#told.fix) };
  }
}

/** The person typed something we can't carry out. */
export class CommandError extends KeybuzzError {}

/** The operator's files or environment are wrong; nothing was started. */
export class ConfigError extends KeybuzzError {}

/** The person may not do this, or the state of things forbids it. */
export class RefusedError extends KeybuzzError {}

/** Somebody else holds what is needed. */
export class BusyError extends KeybuzzError {}

/** A host could not be talked to: unreachable, wrong key, refused, timed out. Its work's outcome is unknown. */
export class HostError extends KeybuzzError {}

/** Slack, Redis or Hetzner did not answer as they should: try later. */
export class ExternalError extends KeybuzzError {}

/** A host printed, or a store held, something our own code can never have written: a defect or tampering. */
export class DefectError extends KeybuzzError {}

/** One sentence for people: what happened and what to do. Errors that are not ours are named as such. */
export function sentenceOf(error: unknown, say: Wording = english): string {
  if (error instanceof KeybuzzError) {
    const { message, fix } = error.told(say);
    return `${message} ${fix}`.trim();
  }
  return say.errors.unexpected(error instanceof Error ? error.message : String(error));
}
