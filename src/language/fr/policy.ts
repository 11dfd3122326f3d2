import type {
  codes as englishCodes,
  decisions as englishDecisions,
  groups as englishGroups,
  policy as english,
} from '../en/policy.ts';
import { counting } from './counting.ts';

export const policy: typeof english = {
  mayNot: (person, what) => `${person} n'a pas le droit à ceci : ${what}.`,
  mayNotNow: (person, what, why) => `${person} n'a pas le droit à ceci en ce moment : ${what} (${why}).`,
  may: (person, what, why) => `${person} a le droit à ceci : ${what} (${why}).`,
  ask: (whom) => `Demandez à : ${whom}.`,
  nobodyMay: "Aucune règle de policy.yaml ne l'accorde à personne.",
  foreignTeam: (team) =>
    `${team === '' ? 'Votre espace Slack' : `Votre espace Slack \`${team}\``} ne compte pas ici : s'il le doit, faites-le inscrire sous \`slackTeams\` dans policy.yaml.`,
  notListed: (identity, field) =>
    `Vous n'êtes pas dans policy.yaml : faites ajouter \`${identity}\` à \`${field}\` de votre entrée sous \`people\`.`,
  doing: {
    help: "demander de l'aide",
    whoami: 'demander qui on est',
    inventory: "lister l'inventaire",
    runs: 'lister les exécutions',
    locks: 'lister les verrous',
    alerts: 'lister les alertes',
    policy: "interroger la politique pour d'autres",
    reviews: 'lister les relectures',
    digest: 'lire le bulletin',
    audit: 'consulter les décisions (audit)',
    totp: 'utiliser des codes à usage unique',
    breakGlass: (plan) => `bris de glace pour ${plan}`,
    forgetCodes: (person) => `faire oublier les codes à usage unique de ${person}`,
    decide: (verb, plan, run) => `${verb} ${plan} (exécution ${run})`,
  },
  grants: {
    everybody: "c'est ouvert à tous",
    rule: (rule, role) => `la règle ${rule} l'accorde à ${role}`,
    reader: 'quiconque est connecté sur install-01 peut regarder',
    votes: (impact) => `sa voix compte pour l'impact ${impact}`,
    steers: "c'est à qui peut lancer une telle exécution, ou à qui une règle l'accorde",
    resets: 'totp.resetBy cite cette personne',
  },
  decidedAlready: (person, what) =>
    `${person} a le droit à ceci : ${what} ; cela ne changerait rien, c'est déjà décidé ainsi.`,
  breaksGlass:
    "Comme breakGlass cite cette personne, l'exécution part sans approbation ; le canal des opérations est averti, et quelqu'un d'autre relit.",
  noApproval: "Aucune approbation n'est nécessaire.",
  needs: (approvals, by, within) =>
    `Si cela change quelque chose, il faut ${counting.count(approvals, 'approval')} de ${by} dans un délai de ${within} ; la sienne ne compte pas.`,
  wouldWait: (lock, holder, since, reason) =>
    `Il faudrait attendre le verrou ${lock}, tenu par ${holder} depuis ${since} : ${reason}.`,
  runOf: (run, owner) => `l'exécution ${run} de ${owner}`,
  inVain: (approvals, able) => {
    const there =
      able === 0
        ? 'personne à part vous ne peut'
        : able === 1
          ? 'une seule personne à part vous peut'
          : `seulement ${able} personnes à part vous peuvent`;
    return `Si cela change quelque chose, il faut ${counting.count(approvals, 'approval')}, et ${there} approuver : l'attente serait vaine.`;
  },
  nobodyBreaks: (what) =>
    `Personne n'a le droit à ceci : ${what}, car des données ou de la redondance peuvent être perdues.`,
  withoutGlass:
    "Demandez-le sans --break-glass, avec ses approbations ; policy.yaml n'accorde pas plus sous breakGlass.",
  notOwnCodes: 'Personne ne peut faire oublier ses propres codes à usage unique.',
  newCodes:
    "Tapez `totp enrol --code <code>` pour en avoir de nouveaux ; si vous les avez perdus, quelqu'un d'autre doit les faire oublier.",
  frozenBy: (person, since, reason) =>
    `Tout est gelé par ${person} depuis ${since}${reason === '' ? '' : ` : ${reason}`}.`,
  untilLifted: "Attendez qu'il soit levé : `unfreeze`.",
  window: (name, until) => `La fenêtre de gel « ${name} » est ouverte jusqu'à ${until}.`,
  untilWindow: 'Attendez sa fin.',
  nothingBegins: (why, command) => `${why} Rien de ce qui change quelque chose ne commence donc : ${command}.`,
  thenAgain: (fix) => `${fix} Puis redemandez.`,
  emergency: (whom, command) => `En urgence (${whom}) : ${command} --break-glass <raison>`,
  ownHost: (verb, host) => `Le bot n'exécute pas ${verb} sur ${host} : il y tourne lui-même.`,
  ownHostFix: "Faites-le dans la console de Hetzner, ou sur l'hôte : les exécutions continuent ensuite.",
  noEmergency: (module) => `Le module \`${module}\` n'a pas de \`failover --emergency\`.`,
  noEmergencyHost: (host, module) =>
    `\`${host}\` n'est pas un hôte avec lequel un primaire de ${module} pourrait se perdre.`,
  statusNames: (module) => `status ${module} les nomme.`,
};

export const decisions: typeof englishDecisions = {
  someone: "quelqu'un",
  cancelled: (run, who) => `L'exécution ${run} a été annulée par ${who}.`,
  askAgain: (command) => `Redemandez : ${command}`,
  startAgain: (command) => `Relancez-la : ${command}`,
  seeIt: (run) => `Pour la voir : show ${run}`,
  waitsForNone: (run) => `L'exécution ${run} n'attend aucune approbation.`,
  outdated: (run) => `Ce que vous avez vu de l'exécution ${run} n'est plus ce qu'elle ferait.`,
  newestPrompt: 'Regardez la demande la plus récente et décidez sur celle-là.',
  newestPreview: "Lisez l'aperçu le plus récent dans le fil et décidez sur le message tel qu'il est maintenant.",
  approvedAlready: (run, who) => `L'exécution ${run} a déjà été approuvée par ${who}.`,
  deniedAlready: (run, who) => `L'exécution ${run} a déjà été rejetée par ${who}.`,
  reviewedAlready: (run, who) => `L'exécution ${run} a déjà été relue par ${who}.`,
  voided: (run, why) => `L'approbation de l'exécution ${run} a été annulée : ${why}.`,
  newPrompt: 'Une nouvelle demande suit.',
  expired: (run, at) => `L'approbation de l'exécution ${run} a expiré à ${at}.`,
  ownApproval: (run) => `Vous avez demandé vous-même l'exécution ${run} : votre approbation ne compte pas.`,
  askApprover: "Demandez à quelqu'un d'autre qui peut l'approuver.",
  ended: (run) => `L'exécution ${run} est déjà finie.`,
  interrupted: (run) =>
    `L'exécution ${run} est interrompue : quelque chose peut être à moitié fait, on ne peut donc pas simplement l'annuler.`,
  resumeOrAbandon: (run) => `Pour la poursuivre : resume ${run} ; pour la laisser telle quelle : abandon ${run}`,
  notInterrupted: (run, status) => `L'exécution ${run} n'est pas interrompue (${status}).`,
  nothingToResume: (run, status) => `L'exécution ${run} n'est pas interrompue (${status}) : il n'y a rien à reprendre.`,
  nothingToAbandon: 'Il ne reste rien à abandonner.',
  stopIt: (run) => `Pour l'arrêter entre deux étapes : cancel ${run}`,
  brokeNoGlass: (run) => `L'exécution ${run} n'est pas passée par un bris de glace.`,
  seeReviews: 'Pour voir celles qui le sont : reviews',
  notOver: (run, status) => `L'exécution ${run} n'est pas finie (${status}).`,
  reviewAfterwards: 'Relisez-la quand elle sera finie.',
  ownReview: (run) => `Vous avez demandé vous-même l'exécution ${run} : votre relecture ne compte pas.`,
  askReviewer: "Demandez à quelqu'un d'autre qui peut approuver de telles exécutions.",
  lockHeld: (lock, who, since, reason) => `Le verrou ${lock} est tenu par ${who} depuis ${since} : ${reason}.`,
  askToUnlock: (owner) => `Demandez à ${owner} de le rendre, ou enlevez-le (steal) avec une approbation.`,
  notFrozen: "Rien n'est gelé à la main.",
  windowEnds: "Une fenêtre de gel de policy.yaml finit d'elle-même ; `locks` montre ce qui retient.",
  overtaken:
    "Cette commande est déjà venue, et ce qu'elle changerait maintenant est plus récent : rien n'a été changé cette fois.",
  stillMeant: 'Regardez ce qui est en vigueur, et retapez-la si vous le voulez toujours.',
  noAlert: (name) => `Rien n'est en alerte sous le nom ${name}.`,
  alertsShows: 'Tapez `alerts` pour voir ce qui est ouvert.',
  alertOver: (name) => `L'alerte ${name} n'est plus ouverte.`,
  alertNow: (name) => `C'est maintenant ${name}.`,
  notSilenced: (name) => `${name} n'est pas en silence.`,
  alertsShowsSilent: "Tapez `alerts` pour voir ce qui l'est.",
  foreignClick: (run) =>
    `Le compte rendu de l'exécution ${run} ne paraît pas dans ce canal : aucun de ses boutons ne peut s'y trouver.`,
  ownMessage: (run) => `Décidez sur le message de l'exécution elle-même, ou tapez : show ${run}`,
};

export const groups: typeof englishGroups = {
  fromTerminal: "le terminal n'a pas de jeton Slack et ne peut demander qui est dans un groupe d'utilisateurs Slack",
  fromTerminalFix: 'Tapez-le dans Slack, ou faites-vous donner le rôle par votre nom dans policy.yaml',
  ownAccount: 'Faites ajouter au groupe votre propre compte complet',
};

export const codes: typeof englishCodes = {
  again: 'Attendez le prochain code de votre application.',
  notEnrolled: "Vous n'avez pas encore de codes à usage unique.",
  enrol: 'Tapez `totp enrol` et suivez ses indications, puis réessayez.',
  required: 'Il faut un code à usage unique.',
  sixDigits: 'Un code à usage unique a six chiffres.',
  tooMany: 'Trop de codes à usage unique faux ont été essayés.',
  waitFor: (minutes) =>
    `Attendez ${minutes} minutes à partir du premier. Si ce n'était pas vous, prévenez un administrateur.`,
  wrong: 'Le code à usage unique est faux.',
  used: 'Ce code à usage unique a déjà servi.',
  notPending: "Aucun enrôlement n'attend de code.",
  enrolAgain: (minutes) => `Tapez \`totp enrol\` ; il attend son premier code pendant ${minutes} minutes.`,
  none: (person) => `${person} n'a pas de codes à usage unique.`,
  nothingToForget: "Il n'y a rien à oublier.",
  ofTheOneYouHave: '<code de celui que vous avez>',
};
