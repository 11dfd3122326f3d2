/** What the checks of src/modules/rabbitmq find, by its English. */
export const rabbitmq: Readonly<Record<string, string>> = {
  "RabbitMQ's management API": "l'API de gestion de RabbitMQ",
  'port 5672': 'le port 5672',
  '{1} does not count {2} as a member': '{1} ne compte pas {2} comme membre',
  '{1} sees {2} down': "{1} voit {2} à l'arrêt",
  '{1} counts {2} as a member, which is not in the inventory':
    "{1} compte comme membre {2}, qui n'est pas dans l'inventaire",
  'all {1} see the same {2} running': 'les {1} voient tourner les mêmes {2}',
  '{1} sees a partition on {2}': '{1} voit une partition sur {2}',
  'no node has lost sight of another': "aucun nœud n'en a perdu un autre de vue",
  '{1} says that {2} is drained (rabbitmq-upgrade revive there)':
    '{1} dit que {2} est vidé (y lancer rabbitmq-upgrade revive)',
  '{1} does not serve': '{1} ne sert pas',
  'all {1} serve': 'les {1} servent',
  '{1} did not say how its queues are': "{1} n'a pas dit dans quel état sont ses files",
  '{1} sees queues whose members are not all online ({2}): {3}':
    '{1} voit des files dont les membres ne sont pas tous en ligne ({2}) : {3}',
  '{1} sees queues with fewer than {2} members ({3}): {4}': '{1} voit des files de moins de {2} membres ({3}) : {4}',
  'all members of {1} quorum queues are online': 'tous les membres de {1} files quorum sont en ligne',
  '{1} did not say who leads its queues': "{1} n'a pas dit qui mène ses files",
  'queue leaders are not spread ({1}): rabbitmq-queues rebalance quorum on one node':
    'les leaders des files ne sont pas répartis ({1}) : rabbitmq-queues rebalance quorum sur un nœud',
  'led queues: {1}': 'files menées : {1}',
  '{1} did not say how its virtual host keybuzz is': "{1} n'a pas dit dans quel état est son hôte virtuel keybuzz",
  '{1} has no virtual host keybuzz': "{1} n'a pas d'hôte virtuel keybuzz",
  'new queues of keybuzz are {1} on {2}, not quorum': 'les nouvelles files de keybuzz sont {1} sur {2}, et non quorum',
  'new queues of keybuzz are quorum queues': 'les nouvelles files de keybuzz sont des files quorum',
  '{1} did not say its version or its feature flags': "{1} n'a pas donné sa version ou ses feature flags",
  'feature flags off on {1}: {2}': 'feature flags désactivés sur {1} : {2}',
  'all run {1}, every stable feature flag is on': 'tous exécutent {1}, tous les feature flags stables sont actifs',
  '{1} did not say into which cluster it leads': "{1} n'a pas dit à quelle grappe il mène",
  '{1} leads to {2}, not to {3}': '{1} mène à {2}, et non à {3}',
  '{1} has {2} down': "{1} a {2} à l'arrêt",
  'out of memory or disk, so publishers are blocked':
    'à court de mémoire ou de disque, les producteurs sont donc bloqués',
  'no alarm': 'aucune alarme',
  'a virtual host does not run (rabbitmqctl restart_vhost)':
    'un hôte virtuel ne tourne pas (rabbitmqctl restart_vhost)',
  'all virtual hosts run': 'tous les hôtes virtuels tournent',
  'queues would lose their majority without it': 'des files perdraient leur majorité sans lui',
};
