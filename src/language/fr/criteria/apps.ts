/** When the checks of src/modules/apps pass, by their English. */
export const apps: Readonly<Record<string, string>> = {
  'every application has a Deployment whose pods are all of its newest template, as many as wanted, and available':
    'chaque application a un Deployment dont les pods sont tous de son modèle le plus récent, en nombre voulu, et disponibles',
  'no container waits with a reason (image, crash, configuration), no pod is unschedulable; more than 5 restarts of one are a warning':
    "aucun conteneur n'attend pour une raison (image, plantage, configuration), aucun pod n'est sans nœud possible ; plus de 5 redémarrages d'un pod donnent un avertissement",
  'each application’s Service has at least one address that is ready':
    'le Service de chaque application a au moins une adresse prête',
  'each application runs the image, by its digest, that artifacts.yaml names; another one is a warning':
    "chaque application fait tourner l'image, par son empreinte, que nomme artifacts.yaml ; une autre donne un avertissement",
  'the pods of an application stand on at least two nodes; else a warning':
    "les pods d'une application sont sur au moins deux nœuds ; sinon un avertissement",
  'the ConfigMap back-ends and the Secret credentials hold every key that applications are given':
    'la ConfigMap back-ends et le Secret credentials ont chaque clé que les applications reçoivent',
  'every application answers 200 under its host name over TLS, through the ingress of each worker':
    "chaque application répond 200 sous son nom d'hôte en TLS, par l'ingress de chaque worker",
  'the same through 10.0.0.5 and 10.0.0.6; one at which nobody listens is a warning here, and fails in module 10':
    "de même par 10.0.0.5 et 10.0.0.6 ; si personne n'écoute à l'une des deux, c'est un avertissement ici, et un échec dans le module 10",
};
