/** A program as a simulated host understands it: what bash would have been given. */
export interface Program {
  /** Positional arguments. */
  args: string[];
  /** KEYBUZZ_MODE of a script that is run directly. */
  mode: string;
  text: string;
}

/** The words of a command line in POSIX single quotes, or bare. */
export function splitCommand(command: string): string[] {
  const words: string[] = [];
  for (const [word] of command.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)) {
    words.push(word.replace(/'([^']*)'|\\(.)/g, (_all, quoted?: string, escaped?: string) => quoted ?? escaped ?? ''));
  }
  return words;
}

/** The value of a shell assignment `NAME='...'` at the start of a line; empty when there is none. */
export function variableIn(text: string, name: string): string {
  const start = new RegExp(`^(?:export )?${name}=`, 'm').exec(text);
  if (start === null) return '';
  const [word = ''] = splitCommand(
    /^(?:'[^']*'|\\.|[^\s'\\])*/.exec(text.slice(start.index + start[0].length))?.[0] ?? '',
  );
  return word;
}

/** What a command line and the script on its standard input ask for; undefined when it is not `bash -s -- ...`. */
export function readProgram(command: string, stdin: string): Program | undefined {
  // What follows in further lines is how bash is started, not what for.
  const [line = ''] = /^(?:'[^']*'|\\.|[^'\\\n])*/.exec(command) ?? [];
  const words = splitCommand(line);
  const bash = words.indexOf('bash');
  if (bash === -1 || words[bash + 1] !== '-s') return undefined;
  const args = words.slice(bash + (words[bash + 2] === '--' ? 3 : 2));
  return { args, mode: variableIn(stdin, 'KEYBUZZ_MODE'), text: stdin };
}
