/**
 * A field of a foreign error, looked at without `instanceof`: errors of Node's own modules may come from another realm
 * than our code (jest runs it in one of its own).
 */
export function fieldOf(error: unknown, field: string): unknown {
  return typeof error === 'object' && error !== null && field in error
    ? (error as Record<string, unknown>)[field]
    : undefined;
}

/** The operating system's code of an error, `ENOENT` for one; undefined when it has none. */
export function osCodeOf(error: unknown): string | undefined {
  const code = fieldOf(error, 'code');
  return typeof code === 'string' ? code : undefined;
}

/** True when the error says that a file or directory is not there. */
export function isMissing(error: unknown): boolean {
  return osCodeOf(error) === 'ENOENT';
}
