/** Files in threads, and what stands in their place. */
export const files = {
  of: (run: string, command: string): string => `Run ${run}: ${command}`,
  wholePreview: (run: string): string => `Run ${run}: the whole preview`,
  outputOfRun: (run: string): string => `Run ${run}: the output of the run`,
  outputOfStep: (run: string, step: string): string => `Run ${run}: the output of "${step}"`,
  preview: (hash: string): string => `Preview ${hash}`,
  cut: (bytes: number, where: string): string => `[${bytes} bytes are cut here; on install-01 all of it: ${where}]`,
  cutDiff: (characters: number): string => `[The diff is cut here after ${characters} characters.]`,
  laterAttempt: '[What was kept is the output of a later attempt.]',
  exit: (code: number): string => `, exit ${code}`,
  attempt: (number: number): string => `, attempt ${number}`,
  lost: (printed: number, kept: number): string => `; it printed ${printed} bytes, ${kept} were kept`,
  notUploaded: (why: string, title: string, command: string): string =>
    `Not uploaded (${why}): ${title}. On install-01: ${command}`,
  givenUp: (tries: number): string => `given up after ${tries} tries`,
};
