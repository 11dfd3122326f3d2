import type { answers as english, governance as englishGovernance, slack as englishSlack } from '../en/answers.ts';
import { counting } from './counting.ts';

export const answers: typeof english = {
  working: (command) => `${command} est en traitement …`,
  started: ({ run, command, isDuplicate, isHere }) =>
    `Exécution ${run} ${isDuplicate ? 'déjà lancée' : 'lancée'} : ${command}. Son compte rendu paraît ${isHere ? 'ici' : 'dans le canal des opérations'}.`,
  decided: {
    approved: 'approuvée',
    denied: 'rejetée',
    cancelled: 'annulée',
    cancelling: "en cours d'annulation",
    resumed: 'reprise',
    abandoned: 'abandonnée',
    reviewed: 'relue',
  },
  decidedRun: (run, command, word) => `Exécution ${run} (${command}) : ${word}.`,
  nothingKept: (head) => `${head} : rien n'est conservé.`,
  noRuns: 'Aucune exécution.',
  newestFirst: (runs) => `*${counting.count(runs, 'run')}*, la plus récente d'abord`,
  noLock: "Aucun verrou n'est tenu.",
  free: 'libre pour le suivant de la file',
  byHand: (owner) => `${owner}, à la main,`,
  heldBy: (who, since, reason) => `tenu par ${who} depuis ${since} : ${reason}`,
  waiting: (runs, names) => `${counting.count(runs, 'run')} en attente, dans l'ordre d'arrivée : ${names}`,
  howToSteal: (command) =>
    `Une exécution rend ses verrous quand elle finit ; ${command} en enlève un, après approbation.`,
  youHold: (lock, reason) => `Vous tenez le verrou ${lock} : ${reason}`,
  untilUnlock: (command) => `Les exécutions qui en ont besoin attendent que vous tapiez ${command}.`,
  unlocked: (lock) => `Le verrou ${lock} est libre ; l'exécution suivante de sa file continue.`,
};

export const governance: typeof englishGovernance = {
  decision: {
    allowed: 'Permis',
    approval: 'Permis, après approbation',
    waits: 'Permis, après une attente',
    refused: 'Refusé',
  },
  frozen: (person, time, reason) => `*Tout est gelé* par ${person}, ${time}${reason === '' ? '' : ` : ${reason}`}`,
  nothingBegins: (command) => `Rien de ce qui change quelque chose ne commence ; ${command} lève le gel.`,
  unfrozen: 'Le gel est levé.',
  interruptedWait: (commands) => `Des exécutions interrompues vous attendent : ${commands}`,
  noReviews: "Aucune exécution par bris de glace n'attend de relecture.",
  by: (person) => `par ${person}`,
  howToReview: (command) => `Quelqu'un d'autre qui peut l'approuver tape ${command} quand elle est finie.`,
  secret: "Entrez ce secret dans votre application d'authentification ; personne ne pourra vous le remontrer :",
  secretThen: (command) => `Puis, dans les 10 minutes : ${command}. Les codes d'avant comptent jusque-là.`,
  secretTitle: 'Votre nouveau secret pour les codes à usage unique',
  codesCount: 'Vos codes à usage unique comptent désormais.',
  codesForgotten: (person) => `Les codes à usage unique de ${person} sont oubliés.`,
  entriesSince: (entries, time) => `*${counting.count(entries, 'entry')}* depuis ${time}`,
  moreEntries: (more, command) => `… ${more} de plus ; resserrez la recherche, ou ${command}`,
  onlyNewest: 'Seules les exécutions les plus récentes ont été examinées.',
  exported: (title, events, since) => `${title} : ${counting.count(events, 'event')} depuis ${since} en lignes JSON.`,
  exports: (person, events, title) => `${person} exporte ${counting.count(events, 'event')} : ${title}`,
  exportCut: "Il y en a plus qu'un export ne contient : resserrez la recherche.",
  looked: (runs, events, entries) =>
    `${counting.count(runs, 'run')}, ${counting.count(events, 'event')}, ${entries} du registre`,
  holds: (looked) => `*Toutes les chaînes tiennent* : ${looked}.`,
  faults: (faults, looked) => `*${counting.count(faults, 'fault')}* dans ${looked}.`,
  ledger: 'Le registre',
  none: 'aucune',
  heads: (ledger, seals, seal) =>
    `Tête du registre : ${ledger}, de ${counting.count(seals, 'seal')} : ${seal}. Celle d'une exécution est dans son dernier message.`,
};

export const slack: typeof englishSlack = {
  notServed: (command) => `Le bot ne traite pas ${command} tel que Slack l'a envoyé. Tapez /keybuzz help.`,
  formInstead: (command) => `Le formulaire ne s'est pas ouvert. Tapez plutôt ${command}.`,
  formInThread: (command) => `Le formulaire ne s'est pas ouvert. Écrivez plutôt ${command} dans le fil.`,
  beginWithName: (example) => `Pour me demander quelque chose, commencez par mon nom : ${example}.`,
  notRecorded:
    "Pas enregistré, donc rien n'a été fait : le bot n'atteint pas son Redis. Veuillez réessayer dans un instant.",
  recordLate:
    "Redis n'a pas répondu en une seconde : ceci a pu être enregistré ou non. Regardez /keybuzz runs avant de réessayer.",
  unreadable:
    "Slack a envoyé ceci sous une forme que le bot ne peut pas lire, donc rien n'a été fait. Veuillez réessayer.",
  later:
    "Pas encore enregistré : le bot n'atteint pas son Redis. Slack ramène votre message dans quelques minutes. Regardez /keybuzz runs avant de le répéter.",
};
