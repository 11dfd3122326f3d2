/** When the checks of src/modules/k3s pass, by their English. */
export const k3s: Readonly<Record<string, string>> = {
  '/readyz of each of the three masters answers 200 on its own address':
    '/readyz de chacun des trois maîtres répond 200 à sa propre adresse',
  'each master tells of every node of the inventory, and of no other: condition Ready is True, no pressure; a cordoned one is a warning':
    "chaque maître montre chaque nœud de l'inventaire, et aucun autre : la condition Ready est True, sans pression ; un nœud isolé donne un avertissement",
  'all three members have a leader, exactly one is it, none is a learner; each node says EtcdIsVoter=True':
    "les trois membres ont un leader, exactement un l'est, aucun n'est learner ; chaque nœud dit EtcdIsVoter=True",
  'every Deployment and DaemonSet of kube-system and of the ingress has all the pods it wants, ready':
    "chaque Deployment et chaque DaemonSet de kube-system et de l'ingress a tous les pods voulus, prêts",
  'a probe on each node finds the others by DNS and reaches each of them, so all are ready':
    'une sonde sur chaque nœud trouve les autres par DNS et joint chacune, donc toutes sont prêtes',
  'on every worker /healthz answers 200 on 80 and 10254, and 443 speaks TLS; its kubelet is well':
    'sur chaque worker /healthz répond 200 sur 80 et 10254, et 443 parle TLS ; son kubelet va bien',
  'those of each master hold more than 30 days': 'ceux de chaque maître sont valables plus de 30 jours',
  'the newest on any master is at most 13 h old; else a warning':
    'le plus récent, tous maîtres confondus, a au plus 13 h ; sinon un avertissement',
  'every node runs the same version; another than the pinned one is a warning':
    'chaque nœud fait tourner la même version ; une autre que celle épinglée donne un avertissement',
  "less than 85 % of each data's file system is used (fails from 95 %), less than 80 % of etcd's quota (fails from 95 %)":
    "moins de 85 % de chaque système de fichiers des données est utilisé (échec à partir de 95 %), moins de 80 % du quota d'etcd (échec à partir de 95 %)",
};
