/** What src/jobs writes into the log of a run, and what to do then. */
export const runs: Readonly<Record<string, string>> = {
  'Then ask again: {1}': 'Puis redemandez : {1}',
  'Then: resume {1}': 'Puis : resume {1}',
  'Nothing to change.': 'Rien à changer.',
  'Cancelled by {1:own}.': 'Annulée par {1}.',
  'Abandoned by {1:own}.': 'Abandonnée par {1}.',
  'Denied by {1}: {2:own}': 'Rejetée par {1} : {2}',
  'It expired before the run could begin': "Elle a expiré avant que l'exécution ait pu commencer",
  'See every answer: status {1}': 'Pour voir chaque réponse : status {1}',
  'Look into the worker log; then resume or abandon the run.':
    "Regardez le journal du worker ; puis reprenez ou abandonnez l'exécution.",
  'First: deploy {1}.': "D'abord : deploy {1}.",
  'To go on all the same, with an approval: {1:own} --override <reason>':
    'Pour continuer quand même, avec une approbation : {1} --override <raison>',
  'nobody answered it': "personne n'y a répondu",
  "its script printed a line we can't read: {1:own}": 'son script a écrit une ligne illisible pour nous : {1}',
  "its status script printed a line we can't read: {1:own}":
    "son script d'état a écrit une ligne illisible pour nous : {1}",
  'This is a defect of the module: report it with this line.':
    "C'est un défaut du module : signalez-le avec cette ligne.",
  'what it changed could not be confirmed over a new connection: {1}':
    "ce qu'il a changé n'a pas pu être confirmé par une nouvelle connexion : {1}",
  'Unconfirmed, the host takes it back by itself: see how it is.':
    "Sans confirmation, l'hôte revient de lui-même en arrière : voyez où il en est.",
  'What this run began on that host may still run there: resume when the host answers.':
    "Ce que cette exécution a commencé sur cet hôte y tourne peut-être encore : reprenez quand l'hôte répond.",
  'it refused the work: lock {1} was taken by a newer run (fence {2})':
    'il a refusé le travail : le verrou {1} a été pris par une exécution plus récente (fence {2})',
  'See who holds the lock with `locks`.': 'Voyez qui tient le verrou avec `locks`.',
  'the run has lost its locks.': "l'exécution a perdu ses verrous.",
  'the run is not where it was.': "l'exécution n'en est plus là.",
  'See where the run stands with `runs --open`.': "Voyez où en est l'exécution avec `runs --open`.",
  'lock {1} is held by somebody else than was approved.': 'le verrou {1} est tenu par un autre que celui approuvé.',
  'Look at the locks again, and steal it from who holds it now if that is still needed.':
    "Regardez à nouveau les verrous, et enlevez-le (steal) à qui le tient maintenant si c'est encore nécessaire.",
  'it now shows another key than the one that was approved.':
    'il présente maintenant une autre clé que celle approuvée.',
  'Find out why before you enroll it again: somebody may stand between us and the host.':
    "Trouvez pourquoi avant de l'enrôler à nouveau : quelqu'un est peut-être entre nous et l'hôte.",
  'The worker has no token of the Hetzner Cloud project.': "Le worker n'a pas de jeton du projet Hetzner Cloud.",
  "Make a token that may read and write (Hetzner Console, the project, Security, API tokens), set HCLOUD_TOKEN in the worker's environment and restart it.":
    "Créez un jeton qui peut lire et écrire (Hetzner Console, le projet, Security, API tokens), mettez HCLOUD_TOKEN dans l'environnement du worker et redémarrez-le.",
  'Host {1} is not in {2}.': "L'hôte {1} n'est pas dans {2}.",
  'The plan was made with another inventory: start the command again.':
    'Le plan a été fait avec un autre inventaire : relancez la commande.',
  'There is no module {1}.': "Il n'y a pas de module {1}.",
  'The bot that planned this run knows other modules than this worker: update both.':
    "Le bot qui a planifié cette exécution connaît d'autres modules que ce worker : mettez les deux à jour.",
  'The script {1} changed after the plan was made.': 'Le script {1} a changé après que le plan a été fait.',
  'Start the command again, so that what runs is what was shown.':
    'Relancez la commande, pour que ce qui tourne soit ce qui a été montré.',
  'The credentials of {1} have no {2}.': "Les secrets de {1} n'ont pas {2}.",
  'Deploy the module, which makes it, or write {1}=... into {2}.env (mode 0600) to import it.':
    "Déployez le module, qui le crée, ou écrivez {1}=... dans {2}.env (mode 0600) pour l'importer.",
  'The credentials file {1} {2}.': 'Le fichier de secrets {1} {2}.',
  'has a fault in line {1}': 'a un défaut à la ligne {1}',
  'Each line is NAME=value, the value in printable ASCII without spaces or quotes around it.':
    'Chaque ligne est NAME=value, la valeur en ASCII imprimable sans espaces ni guillemets autour.',
  'names {1} twice (again in line {2})': 'nomme {1} deux fois (encore à la ligne {2})',
  'Keep the line with the value in use.': 'Gardez la ligne avec la valeur en usage.',
  'may be read by others (mode 0{1})': "peut être lu par d'autres (mode 0{1})",
  'Run: chmod 600 {1}': 'Exécutez : chmod 600 {1}',
  "can't be read ({1})": 'ne peut pas être lu ({1})',
  'unknown error': 'erreur inconnue',
  'It must be a file of the user the worker runs as, mode 0600.':
    "Ce doit être un fichier de l'utilisateur du worker, mode 0600.",
  'run {1}, next in the queue': "l'exécution {1}, la prochaine de la file",
  '{1:own} holds the lock {2}: {3:own}': '{1} tient le verrou {2} : {3}',
  'run {1} of {2:own} is at work: {3}': "l'exécution {1} de {2} est à l'œuvre : {3}",
  'no bot or worker of that machine tells of it any more': "aucun bot ni worker de cette machine n'en parle plus",
  'no worker is to ask this host any more': "aucun worker n'a plus à interroger cet hôte",
  'no worker is to ask this module any more': "aucun worker n'a plus à interroger ce module",
  'not asked since {1}: no worker asks it, see /readyz of the workers':
    "pas interrogé depuis {1} : aucun worker ne l'interroge, voir /readyz des workers",
  'the bot began to watch': 'que le bot surveille',
  '{1:word} today': "{1} aujourd'hui",
  '{1:word} tomorrow': '{1} demain',
};
