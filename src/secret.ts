import { inspect } from 'node:util';

const PLACEHOLDER = '[REDACTED]';

/** Shorter values would redact ordinary words out of every log line. */
const REDACTABLE_LENGTH_MIN = 6;

/** Shapes of tokens that must never be shown even when nobody told us their value. */
const TOKEN_SHAPES = [
  /\bxox[abeoprs]-[A-Za-z0-9-]{8,}/g,
  /\bxapp-[A-Za-z0-9-]{8,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/** A value that prints as `[REDACTED]` everywhere; `reveal()` is the only way to it and easy to search for. */
export class Secret {
  readonly name: string;
  readonly #value: string;

  /** `name` is what may be shown instead: `REDIS_PASSWORD`. */
  constructor(name: string, value: string) {
    this.name = name;
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return PLACEHOLDER;
  }

  toJSON(): string {
    return PLACEHOLDER;
  }

  [inspect.custom](): string {
    return PLACEHOLDER;
  }
}

/** Gives the text with every known secret and every token shape replaced. */
export type Redact = (text: string) => string;

/** The spellings in which a value may turn up in output: as it is, line by line, in base64, URL-encoded, JSON-escaped. */
function spellings(value: string): string[] {
  return [
    value,
    ...value.split('\n'),
    Buffer.from(value).toString('base64'),
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ].filter((spelling) => spelling.length >= REDACTABLE_LENGTH_MIN);
}

/**
 * A redactor over the secrets known now. Longer spellings go first so that a secret that contains another leaves no rest.
 * Each is replaced by `[REDACTED:<name>]`, which tells the reader which one it was and nothing of it.
 */
export function createRedact(secrets: Iterable<Secret> = []): Redact {
  const known = [...secrets].flatMap((secret) =>
    spellings(secret.reveal()).map((spelling) => ({ spelling, shown: `[REDACTED:${secret.name}]` })),
  );
  known.sort((a, b) => b.spelling.length - a.spelling.length);
  return (text) => {
    let clean = text;
    for (const { spelling, shown } of known) clean = clean.replaceAll(spelling, shown);
    for (const shape of TOKEN_SHAPES) clean = clean.replace(shape, PLACEHOLDER);
    return clean;
  };
}
