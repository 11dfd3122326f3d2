/** What src/hetzner says of the project and its API, and what stands in the way there. */
export const hetzner: Readonly<Record<string, string>> = {
  "Hetzner's API did not answer: {1:own}": "L'API de Hetzner n'a pas répondu : {1}",
  'See whether the worker reaches HCLOUD_ENDPOINT; what was asked may have been done.':
    'Voyez si le worker joint HCLOUD_ENDPOINT ; ce qui a été demandé est peut-être fait.',
  "Hetzner's API refused: {1:own}": "L'API de Hetzner a refusé : {1}",
  "Hetzner's API answered what we can't read: {1:own}":
    "L'API de Hetzner a répondu ce que nous ne pouvons pas lire : {1}",
  'Report this: the API answers otherwise than the bot knows.':
    "Signalez-le : l'API répond autrement que le bot ne la connaît.",
  "Hetzner's action {1} failed: {2:own}": "L'action {1} de Hetzner a échoué : {2}",
  'Set HCLOUD_TOKEN of the worker to a token of the Hetzner Cloud project.':
    'Mettez dans HCLOUD_TOKEN du worker un jeton du projet Hetzner Cloud.',
  'Set HCLOUD_TOKEN of the worker to a token that may read and write.':
    'Mettez dans HCLOUD_TOKEN du worker un jeton qui peut lire et écrire.',
  'Set HCLOUD_TOKEN of the worker to a token that may do this.':
    'Mettez dans HCLOUD_TOKEN du worker un jeton qui a ce droit.',
  'Ask Hetzner for a higher limit, or take a larger type of load balancer.':
    'Demandez à Hetzner une limite plus haute, ou prenez un type de répartiteur de charge plus grand.',
  'Free the address: the preview names who holds it.': "Libérez l'adresse : l'aperçu nomme qui la tient.",
  "Lift the load balancer's protection in Hetzner's console.":
    'Levez la protection du répartiteur de charge dans la console de Hetzner.',
  'Update the bot: Hetzner took away what it asked.': "Mettez le bot à jour : Hetzner a retiré ce qu'il demandait.",
  "Look at the project in Hetzner's console, then try again.":
    'Regardez le projet dans la console de Hetzner, puis réessayez.',
  'it answers over SSH: it is not lost': "il répond par SSH : il n'est pas perdu",
  'Move its primary in order: failover {1}': 'Déplacez son primaire en bon ordre : failover {1}',
  "Look at the server in Hetzner's console.": 'Regardez le serveur dans la console de Hetzner.',
  "its server {1} is {2}, so it can't be turned off": 'son serveur {1} est {2}, il ne peut donc pas être éteint',
  'nothing is promoted before it is off.': "rien n'est promu avant qu'il soit éteint.",
  'Hetzner does not turn it off: its server {1} is {2}.': "Hetzner ne l'éteint pas : son serveur {1} est {2}.",
  'Hetzner says that it is off, but somebody takes connections at {1}, port {2}.':
    "Hetzner dit qu'il est éteint, mais quelqu'un accepte des connexions à {1}, port {2}.",
  'Find out which machine has that address (inventory diff); nothing is promoted while it answers.':
    "Trouvez quelle machine a cette adresse (inventory diff) ; rien n'est promu tant qu'elle répond.",
  'Its server {1} was turned on again meanwhile (it is {2}).':
    'Son serveur {1} a été rallumé entre-temps (il est {2}).',
  'Find out by whom, then resume the run: it turns it off again.':
    "Trouvez par qui, puis reprenez l'exécution : elle l'éteint à nouveau.",
  'Correct servers.tsv or the project: nothing is done to a server that may be another one.':
    'Corrigez servers.tsv ou le projet : on ne touche pas à un serveur qui est peut-être un autre.',
  'At Hetzner {1}.': 'Chez Hetzner, {1}.',
  "See in Hetzner's console how it is.": 'Voyez dans la console de Hetzner comment il est.',
  'Turn it on: poweron {1}': 'Allumez-le : poweron {1}',
  'its server {1} is {2}, not {3}': 'son serveur {1} est {2}, pas {3}',
  'Find out which machine has its address: inventory diff.': 'Trouvez quelle machine a son adresse : inventory diff.',
  'it answers over SSH, so it is not the server that is off': "il répond par SSH, ce n'est donc pas le serveur éteint",
  'Whether it rebooted could not be told, and it would hardly obey. Pull its plug: reset {1}':
    "On ne pourrait pas savoir s'il a redémarré, et il n'obéirait guère. Coupez son courant : reset {1}",
  'it does not answer over SSH': 'il ne répond pas par SSH',
  'Hetzner does not end to {1} it.': "Hetzner n'en finit pas avec {1}.",
  'It has not come back {1} s after Hetzner was asked to {2} it; its server is {3} there.':
    "Il n'est pas revenu {1} s après {2} demandé à Hetzner ; son serveur y est {3}.",
  'Look at its console at Hetzner. When it answers: resume. When it hangs: abandon, then reset {1}.':
    "Regardez sa console chez Hetzner. S'il répond : resume. S'il est bloqué : abandon, puis reset {1}.",
  'It still runs the boot of before, {1} s after Hetzner was asked to {2} it.':
    "Il n'a toujours pas redémarré, {1} s après {2} demandé à Hetzner.",
  'See on the host what holds it up (systemctl list-jobs). To go on waiting: resume. To pull its plug: abandon, then reset {1}.':
    "Voyez sur l'hôte ce qui le retient (systemctl list-jobs). Pour continuer d'attendre : resume. Pour couper son courant : abandon, puis reset {1}.",
  'Take it away by hand, or with deploy lb --prune.': 'Enlevez-le à la main, ou avec deploy lb --prune.',
  'type {1} takes {2} services, and it also has {3}': 'le type {1} prend {2} services, et il a aussi {3}',
  "its public interface can't be closed while {1} is a target over its public address":
    'son interface publique ne peut pas être fermée tant que {1} est une cible par son adresse publique',
  'no network': 'aucun réseau',
  '{1} of the project has a subnet with {2}': 'dans le projet, sous-réseau avec {2} : {1}',
  'Make a network with a cloud subnet that contains {1}, or set HCLOUD_TOKEN of the right project.':
    'Créez un réseau avec un sous-réseau cloud qui contient {1}, ou mettez le HCLOUD_TOKEN du bon projet.',
  'Let one network alone have that range.': 'Laissez cette plage à un seul réseau.',
  'the server {1}': 'le serveur {1}',
  'the load balancer {1}': 'le répartiteur de charge {1}',
  '{1} is held by {2}': '{1} est pris par {2}',
  'Take {1} away from {2} (network {3}), then deploy again.':
    'Libérez {1}, pris par {2} (réseau {3}), puis déployez à nouveau.',
  'no server in network {1} has {2}, which is {3}': "aucun serveur du réseau {1} n'a {2}, qui est {3}",
  'Attach {1} to network {2} with {3}, or correct servers.tsv.':
    'Attachez {1} au réseau {2} avec {3}, ou corrigez servers.tsv.',
  '{1} is no target of {2}.': "{1} n'est pas une cible de {2}.",
  'See its targets: status lb.': 'Voyez ses cibles : status lb.',
  '{1} is the only healthy target of port {2}': '{1} est la seule cible saine du port {2}',
  'it does not exist': "il n'existe pas",
  'no other target serves port {1} healthily': 'aucune autre cible saine ne sert le port {1}',
  '{1} stays in {2}: {3}.': '{1} reste dans {2} : {3}.',
  "{1} can't be taken out of {2}: {3}": '{1} ne peut pas être retiré de {2} : {3}',
  'Mend the other targets first: status lb.': "Réparez d'abord les autres cibles : status lb.",
  '{1} does not exist any more.': "{1} n'existe plus.",
  'Deploy it: deploy lb.': 'Déployez-le : deploy lb.',
  '{1} is back in {2}, but port {3}': '{1} est de retour dans {2}, mais port {3}',
  '{1} does not change': '{1} ne change pas',
  'See every answer: status lb.': 'Pour voir chaque réponse : status lb.',
  '{1} is not as it was when this was approved: it now also needs {2} {3} ({4}).':
    "{1} n'est plus tel qu'à l'approbation : il faut maintenant aussi {2} {3} ({4}).",
  'Resume the run: it looks again and asks anew.': "Reprenez l'exécution : elle regarde à nouveau et redemande.",
};
