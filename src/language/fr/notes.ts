import type { aftermath as englishAftermath, events as englishEvents, notes as english } from '../en/notes.ts';
import { counting } from './counting.ts';

export const notes: typeof english = {
  preview: '*Aperçu*',
  previewAgain: '*Aperçu repris sous les verrous*',
  noPreview: "Pas d'aperçu.",
  hashes: (preview, plan) => `Aperçu ${preview} · plan ${plan}`,
  over: (person, command) => `${person}, votre ${command} est fini.`,
  onlyMends: ' La reprise ne fait que retenter la remise en état.',
  thenPress: (command) => `Puis cliquez sur Reprendre ou Abandonner ci-dessus, ou tapez ${command}.`,
  resumesToMend: (person) => `${person} reprend l'exécution, pour la remise en état seulement`,
};

export const events: typeof englishEvents = {
  step: (step) => `Étape ${step}`,
  hostStep: (host, step) => `${host}, étape ${step}`,
  started: (what) => `${what} : début`,
  noted: (what) => `${what} : l'état d'avant est noté`,
  approvalAsked: (time) => `Approbation demandée, avant ${time}`,
  approved: (person, via) => `Approuvée par ${person} (${via})`,
  denied: (person, reason) => `Rejetée par ${person} : ${reason}`,
  expired: "L'approbation a expiré : personne n'a décidé à temps",
  voided: (reason) => `L'approbation ne vaut plus : ${reason}`,
  cancels: (person) => `${person} annule l'exécution`,
  resumes: (person) => `${person} reprend l'exécution : seulement les hôtes en échec ou pas commencés`,
  abandons: (person) => `${person} abandonne l'exécution`,
  reviewed: (person) => `Relue par ${person}`,
  asked: (person, command, isBreakGlass) =>
    `${person} a demandé ${command}${isBreakGlass ? ', par bris de glace' : ''}`,
  preview: (changes, isLocked, troubles) =>
    `Aperçu${isLocked ? ' sous les verrous' : ''} : ${changes}${troubles === 0 ? '' : `, ${counting.count(troubles, 'trouble')}`}`,
  waitsForLock: (lock, holder) => `Attend le verrou ${lock}, tenu par ${holder}`,
  tookLocks: (locks) => `A pris ${counting.count(locks, 'lock')}`,
  letGo: 'A rendu ses verrous',
  baseline: (step, checks) => `Étape ${step} : ${counting.count(checks, 'check')} à réussir à nouveau entre deux hôtes`,
  checks: (summary) => `Contrôles : ${summary}`,
  interrupted: (reason) => `Interrompue : ${reason}`,
  ended: (ending, reason) => `Finie : ${ending}${reason === '' ? '' : ` : ${reason}`}`,
};

export const aftermath: typeof englishAftermath = {
  undone: (step, left, done) => `${step} sur ${left} (fait sur ${done})`,
  notMended: (step, why) =>
    `La remise en état n'a pas réussi : ${step}. ${why}. Ce que l'exécution y a changé peut être resté ainsi.`,
  mending: (step) => `Remise en état en cours : ${step}.`,
  mendedNothing: (step) => `Remise en état faite : ${step}. Elle n'a signalé aucun changement.`,
  mended: (step, what) => `Remise en état faite : ${step}. Rétabli : ${what}.`,
  mayStillRun: (hosts) => `Personne ne sait si ceci tourne encore : ${hosts}. Regardez sur place.`,
  notPutRight: (steps) => `Pas remis en état par l'exécution : ${steps}. Regardez ses hôtes.`,
  nothingRuns: "Plus rien de l'exécution ne tourne sur aucun hôte.",
  nothingChanged: "Rien n'a été changé sur aucun hôte.",
  notDone: (steps) => `Pas fait : ${steps}.`,
  endsNow: "Rien n'a encore été changé : l'exécution finit maintenant.",
  idle: 'Rien ne tourne sur un hôte en ce moment.',
  finishedFirst: (what) => `Mené d'abord à son terme, jamais coupé en deux : ${what}.`,
  thenMends: (steps) => `Puis vient la remise en état : ${steps}.`,
  notBegun: (steps) => `Ne commencera plus : ${steps}.`,
};
