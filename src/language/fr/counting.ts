import type { counting as english, Noun } from '../en/counting.ts';

const nouns: Readonly<Record<Noun, readonly [one: string, many: string]>> = {
  alert: ['alerte', 'alertes'],
  approval: ['approbation', 'approbations'],
  change: ['changement', 'changements'],
  check: ['contrôle', 'contrôles'],
  command: ['commande', 'commandes'],
  diff: ['diff', 'diffs'],
  entry: ['entrée', 'entrées'],
  event: ['événement', 'événements'],
  fault: ['défaut', 'défauts'],
  host: ['hôte', 'hôtes'],
  line: ['ligne', 'lignes'],
  lock: ['verrou', 'verrous'],
  module: ['module', 'modules'],
  role: ['rôle', 'rôles'],
  run: ['exécution', 'exécutions'],
  seal: ['sceau', 'sceaux'],
  sentence: ['phrase', 'phrases'],
  step: ['étape', 'étapes'],
  trouble: ['problème', 'problèmes'],
};

/** In French nothing and one are singular. */
const of = (number: number, noun: Noun): string => nouns[noun][number < 2 ? 0 : 1];

export const counting: typeof english = {
  colon: ' : ',
  semicolon: ' ; ',
  count: (number, noun) => `${number} ${of(number, noun)}`,
  more: (number, noun) => `${number} ${number < 2 ? 'autre' : 'autres'} ${of(number, noun)}`,
  andMore: (names, more) => (more > 0 ? `${names} et ${more} ${more < 2 ? 'autre' : 'autres'}` : names),
  linesAbove: (number) => `… ${number} ${of(number, 'line')} au-dessus`,
  earlierEvents: (number) => `… ${number} ${of(number, 'event')} auparavant`,
};
