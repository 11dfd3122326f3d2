/** What keeps a module from being planned: src/modules, and src/commands where it plans. */
export const refusals: Readonly<Record<string, string>> = {
  'The module apps needs hosts with role k3s, subroles master and worker.':
    'Le module apps exige des hôtes de rôle k3s, sous-rôles master et worker.',
  'The module {1} needs 1 host with role orchestrator to write markers from (it has 0).':
    "Le module {1} exige 1 hôte de rôle orchestrator d'où écrire des marqueurs (il y en a 0).",
  'The module lb needs hosts with {1} ({2})': 'Le module lb exige des hôtes avec {1} ({2})',
  'the inventory has none.': "l'inventaire n'en a aucun.",
  'behind {1}': 'derrière {1}',
  'named in DNS': 'nommés dans le DNS',
  'A MinIO that holds data keeps the nodes it was begun with.':
    'Un MinIO qui a des données garde les nœuds avec lesquels il a commencé.',
  '{1} hosts with role {2}, subrole {3} (it has {4})': '{1} hôtes de rôle {2}, sous-rôle {3} (il y en a {4})',
  'at least {1} hosts with role {2}, subrole {3} (it has {4})':
    'au moins {1} hôtes de rôle {2}, sous-rôle {3} (il y en a {4})',
  '{1} hosts with role {2} (it has {3})': '{1} hôtes de rôle {2} (il y en a {3})',
  '{1} hosts with stack {2} (it has {3})': '{1} hôtes de pile {2} (il y en a {3})',
  '{1} with role {2}, subrole {3} (it has {4})': '{1} de rôle {2}, sous-rôle {3} (il y en a {4})',
  'one of them with subrole {1} (it has {2})': "l'un d'eux de sous-rôle {1} (il y en a {2})",
  'Correct ROLE in {1}.': 'Corrigez ROLE dans {1}.',
  'Correct ROLE and SUBROLE in {1}.': 'Corrigez ROLE et SUBROLE dans {1}.',
  'Correct DOCKER_STACK, ROLE and SUBROLE in {1}.': 'Corrigez DOCKER_STACK, ROLE et SUBROLE dans {1}.',
  'README.md of the module says how to move to other nodes.':
    "README.md du module dit comment passer à d'autres nœuds.",
  'The load balancer {1} has no address.': "Le répartiteur de charge {1} n'a pas d'adresse.",
  'Name it in LOAD_BALANCERS of src/inventory-parse.ts.': 'Nommez-le dans LOAD_BALANCERS de src/inventory-parse.ts.',
  "K3s can't have these networks: {1}.": 'K3s ne peut pas avoir ces réseaux : {1}.',
  'Choose others in src/modules/k3s/settings.ts before the cluster begins; base opens the firewall for them.':
    "Choisissez-en d'autres dans src/modules/k3s/settings.ts avant que la grappe commence ; base ouvre le pare-feu pour eux.",
  '{1} is none': "{1} n'en est pas un",
  'pods {1} and services {2} overlap': 'les pods {1} et les services {2} se recouvrent',
  'the DNS {1} is not among the services {2}': "le DNS {1} n'est pas parmi les services {2}",
  '{1} overlaps with {2} of {3}': '{1} recouvre {2} de {3}',
  '`{1}` can only be deployed.': '`{1}` ne peut être que déployé.',
  'Name a module. `deploy all`, `plan all` and `validate` are about all of them.':
    'Nommez un module. `deploy all`, `plan all` et `validate` les concernent tous.',
};
