import type { digest as english } from '../en/digest.ts';
import { counting } from './counting.ts';

export const digest: typeof english = {
  head: 'Bulletin de la plateforme',
  fallback: (summary) => `Bulletin : ${summary}`,
  asOf: (time) => `État au ${time}. Tapez \`digest\` pour le voir tel qu'il est maintenant.`,
  asOfShort: (summary, time) => `${summary} · état au ${time}`,
  days: (days) => `${days} jours`,
  notAsked: (module) => `${module} : pas encore interrogé`,
  asked: (age, isOld) => `interrogé il y a ${age}${isOld ? ', ce qui est ancien' : ''}`,
  trouble: (module, why, asked) => `${module} : n'a pas pu être interrogé : ${why} (${asked})`,
  pass: (module, passing, checks) => `${module} : ${passing} réussis sur ${checks}`,
  change: ({ modules, command, person, state, age, run }) =>
    `${modules} : ${command} de ${person}, ${state} il y a ${age}, exécution ${run}`,
  nothingKept:
    "Aucune réponse d'un jour précédent n'est encore conservée : le bulletin quotidien les conserve (KEYBUZZ_DIGEST_AT).",
  turned: (module, check, from, to) => `${module} : ${check} était ${from}, est ${to}`,
  mayBeMore: 'Il peut y en avoir plus : seules les exécutions les plus récentes ont été examinées.',
  changed: (age) => `Changé depuis ${age}`,
  unchanged: "Aucun contrôle ne répond autrement, aucune exécution n'a rien changé.",
  alert: ({ id, severity, age, who, silenced, checks }) =>
    `${id} : ${severity} depuis ${age}${who === '' ? '' : `, ${who}`}${silenced ? ', en silence' : ''} : ${checks}`,
  waitsFor: {
    approval: 'attend une approbation',
    interrupted: 'est interrompue : à reprendre ou à abandonner',
    review: "est passée par un bris de glace : quelqu'un d'autre doit la relire",
  },
  waiting: (what) => `${what.run} ${what.for} : ${what.command} de ${what.person}, il y a ${what.age}`,
  never: (names) => `jamais, d'après nos journaux : ${names}`,
  upkeep: (what, told) => `${what} : ${told}`,
  moved: (number) => `${number} ${number < 2 ? 'déplacé' : 'déplacés'} ces 30 derniers jours`,
  old: ' (réponse ancienne)',
  topics: { certificates: 'Certificats', backups: 'Sauvegardes', 'end of life': 'Fin de vie' },
  nothingMonitored:
    "Rien n'est encore surveillé : lancez `keybuzz worker` avec KEYBUZZ_MONITOR=all ou les noms de modules.",
  notMonitored: (names) => `La surveillance n'interroge pas : ${names}`,
  parts: {
    waiting: "En attente de quelqu'un",
    alerts: 'Alertes',
    modules: 'Modules',
    moves: 'Bascules et essais de bascule',
  },
  summaryModules: (modules, answers) =>
    modules === 0 ? 'rien de surveillé' : `${counting.count(modules, 'module')} : ${answers}`,
  summaryAlerts: (alerts) => (alerts === 0 ? 'aucune alerte' : counting.count(alerts, 'alert')),
  summaryWaiting: (runs) =>
    runs === 0 ? "aucune exécution n'attend" : `${counting.count(runs, 'run')} en attente de quelqu'un`,
};
