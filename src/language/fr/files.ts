import type { files as english } from '../en/files.ts';

export const files: typeof english = {
  of: (run, command) => `Exécution ${run} : ${command}`,
  wholePreview: (run) => `Exécution ${run} : l'aperçu entier`,
  outputOfRun: (run) => `Exécution ${run} : la sortie de l'exécution`,
  outputOfStep: (run, step) => `Exécution ${run} : la sortie de « ${step} »`,
  preview: (hash) => `Aperçu ${hash}`,
  cut: (bytes, where) => `[${bytes} octets sont coupés ici ; sur install-01, le tout : ${where}]`,
  cutDiff: (characters) => `[Le diff est coupé ici après ${characters} caractères.]`,
  laterAttempt: "[Ce qui a été gardé est la sortie d'une tentative suivante.]",
  exit: (code) => `, code de sortie ${code}`,
  attempt: (number) => `, tentative ${number}`,
  lost: (printed, kept) => ` ; la sortie avait ${printed} octets, ${kept} ont été gardés`,
  notUploaded: (why, title, command) => `Pas envoyé (${why}) : ${title}. Sur install-01 : ${command}`,
  givenUp: (tries) => `abandonné après ${tries} essais`,
};
