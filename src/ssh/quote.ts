import { DefectError } from '../errors.ts';

/**
 * One word for a POSIX shell that means exactly `text`: the only way anything of ours gets into a command line.
 * Throws DefectError for NUL, which no argument and no variable can hold.
 */
export function quote(text: string): string {
  if (text.includes('\0')) {
    throw new DefectError('A script argument or variable holds a NUL character.', {
      code: 'KEYBUZZ_SCRIPT_DEFECT',
      fix: 'Leave the NUL character out; a shell cannot pass it on.',
    });
  }
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The texts as quoted words with a space between. */
export function quoteAll(texts: readonly string[]): string {
  return texts.map(quote).join(' ');
}
