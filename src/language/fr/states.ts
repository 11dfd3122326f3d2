import type { states as english } from '../en/states.ts';

const ANSWERS = {
  pass: ['réussi', 'réussis'],
  warn: ['avertissement', 'avertissements'],
  fail: ['échec', 'échecs'],
  unknown: ['inconnu', 'inconnus'],
} as const;

export const states: typeof english = {
  answer: { pass: 'réussi', warn: 'avertissement', fail: 'échec', unknown: 'inconnu' },
  answers: (number, answer) => `${number} ${ANSWERS[answer][number < 2 ? 0 : 1]}`,
  progress: {
    pending: 'pas commencé',
    running: 'en cours',
    ok: 'réussi',
    failed: 'en échec',
    unknown: 'issue inconnue',
  },
  impact: { none: 'aucun', safe: 'sans risque', disruptive: 'perturbateur', destructive: 'destructeur' },
  notNeeded: 'pas nécessaire',
  notDone: 'pas fait',
  notFinished: 'pas terminé',
  ending: {
    ok: '*Terminée*',
    failed: '*En échec*',
    denied: '*Rejetée*',
    expired: "*Expirée* : personne n'a décidé à temps",
    refused: '*Refusée*',
    cancelled: '*Annulée*',
    abandoned: '*Abandonnée*',
  },
  done: {
    warn: '*Terminée avec des avertissements*',
    unknown: "*Terminée, tout n'est pas connu*",
    fail: '*Terminée, état non sain*',
  },
  status: {
    previewing: '*Aperçu en cours* : rien ne change encore',
    'waiting-approval': "*En attente d'approbation*",
    'waiting-locks': '*En attente de verrous*',
    running: '*En cours*',
    interrupted: '*Interrompue* : à vous de décider',
    ended: '*Finie*',
  },
  cancelling: ', annulation demandée',
  word: {
    ok: 'réussie',
    failed: 'en échec',
    denied: 'rejetée',
    expired: 'expirée',
    refused: 'refusée',
    cancelled: 'annulée',
    abandoned: 'abandonnée',
    previewing: 'aperçu',
    'waiting-approval': 'attend une approbation',
    'waiting-locks': 'attend des verrous',
    running: 'en cours',
    interrupted: 'interrompue',
    ended: 'finie',
  },
};
