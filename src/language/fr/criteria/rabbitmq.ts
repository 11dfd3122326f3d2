/** When the checks of src/modules/rabbitmq pass, by their English. */
export const rabbitmq: Readonly<Record<string, string>> = {
  'each of the three nodes names the same 3 members, and says of all that they run':
    "chacun des trois nœuds nomme les 3 mêmes membres, et dit de tous qu'ils tournent",
  'no node has lost sight of another (partitions of GET /api/nodes)':
    "aucun nœud n'en a perdu un autre de vue (partitions de GET /api/nodes)",
  'each node listens for AMQP and is not drained for maintenance':
    "chaque nœud écoute en AMQP et n'est pas vidé pour maintenance",
  'no node has run out of memory or disk: publishers would be blocked on all of them':
    "aucun nœud n'est à court de mémoire ou de disque : les publications seraient bloquées sur tous",
  'every virtual host runs on each node': 'chaque hôte virtuel tourne sur chaque nœud',
  'check_if_node_is_quorum_critical is negative on each node: no queue would lose its majority with it':
    'check_if_node_is_quorum_critical est négatif sur chaque nœud : aucune file ne perdrait sa majorité avec lui',
  'of each quorum queue every member is online; one with fewer than 3 members is a warning':
    'chaque membre de chaque file à quorum est en ligne ; une file de moins de 3 membres donne un avertissement',
  'most and fewest led queues differ by at most 20 % of all and 1; else a warning':
    "entre le nœud qui mène le plus de files et celui qui en mène le moins, l'écart est d'au plus 20 % de toutes et 1 ; sinon un avertissement",
  'the virtual host keybuzz is there, and quorum is its default queue type':
    "l'hôte virtuel keybuzz est là, et quorum est son type de file par défaut",
  'the three nodes run the same version; a stable feature flag that is off is a warning: no upgrade with it':
    'les trois nœuds font tourner la même version ; un feature flag stable inactif donne un avertissement : pas de mise à niveau avec lui',
  'the applications get into their virtual host through each HAProxy, which has all 3 servers up':
    'les applications entrent dans leur hôte virtuel par chaque HAProxy, qui voit ses 3 serveurs actifs',
};
