import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { DefectError } from './errors.ts';

/** SHA-256 of a text, in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * RFC 8785 JSON: the same value always gives the same text, whatever the order of its keys. Throws DefectError for what has
 * none: NaN, half of a character.
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw notJson(cause);
  }
  if (text === undefined) throw notJson();
  return text;
}

function notJson(cause?: unknown): DefectError {
  return new DefectError('A value without JSON form was to be hashed.', {
    code: 'KEYBUZZ_NOT_JSON',
    fix: 'Report this with the log.',
    cause,
  });
}

/** SHA-256 (hex) over the canonical JSON of a value: plans, previews and events are hashed with it. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}
