/**
 * Characters that would move a terminal's cursor, hide text or turn its direction: C0 without tab and newline, DEL, C1,
 * the bidirectional controls and the line and paragraph separators.
 */
// eslint-disable-next-line no-control-regex -- control characters are what this expression is for
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** The text with each control character written out (`\x1b`, `\u202e`), so that no host can draw on our screens. */
export function makeVisible(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}
