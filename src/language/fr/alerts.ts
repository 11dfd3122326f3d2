import type { alerts as english } from '../en/alerts.ts';
import { counting } from './counting.ts';

export const alerts: typeof english = {
  titles: {
    hosts: 'Hôtes qui ne répondent pas',
    monitor: "La surveillance s'est arrêtée",
    freeze: 'Tout est gelé : rien de ce qui change quelque chose ne commence',
    policy: 'policy.yaml a un défaut : la politique précédente reste valable',
  },
  resolved: '*Résolue*',
  silenced: '*En silence*',
  acknowledged: '*Prise en charge*',
  severity: { critical: '*Critique*', warning: '*Avertissement*' },
  named: (id) => `alerte ${id}`,
  lasted: (time) => `Elle a duré ${time}.`,
  lessThanASecond: "moins d'une seconde",
  since: (time) => `depuis ${time}`,
  over: (time) => `fini, ${time}`,
  flapping: (turns) => `instable, ${turns} changements d'état`,
  looksAfter: (person) => `${person} s'en occupe`,
  looksAfterSince: (person, time) => `${person} s'en occupe, ${time}.`,
  silencedUntil: (person, time) => `mise en silence par ${person} jusqu'à ${time}`,
  silencedBy: (person, time, reason) => `Mise en silence par ${person} jusqu'à ${time} ${reason}`,
  muted: (why) => `Muette : ${why}. Ce qui échoue entre-temps n'ouvre rien.`,
  lastChange: ({ command, run, person, how, time }) =>
    `Dernier changement ici : ${command}, exécution ${run} de ${person}, ${how}, ${time}`,
  voided: (person, check, time) =>
    `${person} : depuis votre prise en charge, ${check} a échoué aussi, ${time}. Veuillez regarder à nouveau.`,
  escalated: ({ whom, id, time, checks, title }) =>
    `${whom}personne n'a pris en charge ${id} depuis ${time} : ${counting.count(checks, 'check')} de ${title}.`,
  resolvedAfter: (title, id, time) => `*Résolue* : ${title} (${id}) après ${time}.`,
  buttons: {
    status: "Voir l'état",
    silence: 'Silence 1 h',
    silenceUntil: "Silence jusqu'à …",
    unsilence: 'Lever le silence',
    ack: 'Prendre en charge',
    deploy: 'Proposer une correction',
  },
  nothing: 'Aucune alerte.',
  noMonitor: "La surveillance n'interroge aucun module : aucun worker avec KEYBUZZ_MONITOR ne tourne.",
  notYet: 'pas encore',
  askedLast: (modules) => `Derniers relevés : ${modules}`,
  did: { ack: 'Vous vous en occupez', silence: "Rien n'est publié à ce sujet", unsilence: "N'est plus en silence" },
};
