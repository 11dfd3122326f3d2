/** What src/ssh says of hosts that were to work or to answer. */
export const hosts: Readonly<Record<string, string>> = {
  '{1} sends far more than it was asked for.': "{1} envoie beaucoup plus que ce qu'on lui a demandé.",
  'Log in to {1} and see who answers there instead of our script: it may be taken over.':
    'Connectez-vous à {1} et voyez qui répond à la place de notre script : il est peut-être compromis.',
  'The worker has neither an SSH key nor an agent.': "Le worker n'a ni clé SSH ni agent.",
  'Set KEYBUZZ_SSH_KEY to the path of a private key, or SSH_AUTH_SOCK to an agent.':
    "Mettez KEYBUZZ_SSH_KEY au chemin d'une clé privée, ou SSH_AUTH_SOCK à un agent.",
  'The SSH key {1} {2}.': 'La clé SSH {1} {2}.',
  "can't be read": 'ne peut pas être lue',
  'may be read by others than its owner': "peut être lue par d'autres que son propriétaire",
  'is no private key we can read': "n'est pas une clé privée que nous pouvons lire",
  'KEYBUZZ_SSH_KEY must name a private key without passphrase that only its owner may read (mode 0600).':
    'KEYBUZZ_SSH_KEY doit nommer une clé privée sans phrase de passe, que seul son propriétaire peut lire (mode 0600).',
  '{1} refused to start the work: {2}': '{1} a refusé de commencer le travail : {2}',
  'Mend on the host what it names, then resume.': "Réparez sur l'hôte ce qu'il nomme, puis reprenez.",
  'systemd on {1} did not answer.': "systemd sur {1} n'a pas répondu.",
  'Log in to {1} and see what `systemctl is-system-running` says.':
    'Connectez-vous à {1} et voyez ce que dit `systemctl is-system-running`.',
  '{1} gave no answer for {2} seconds: {3}': "{1} n'a pas répondu pendant {2} secondes : {3}",
  'The work may still run there; resuming asks the host first.':
    "Le travail y tourne peut-être encore ; une reprise interroge d'abord l'hôte.",
  '{1} did not say what it did.': "{1} n'a pas dit ce qu'il a fait.",
  'Log in and see whether bash, systemd and util-linux work there, then resume.':
    'Connectez-vous et voyez si bash, systemd et util-linux y fonctionnent, puis reprenez.',
  "The work's directory on {1} is not root's alone; somebody changed it.":
    "Le répertoire du travail sur {1} n'est pas à root seul ; quelqu'un l'a changé.",
  'Another start on {1} has not ended for 20 seconds.': "Un autre démarrage sur {1} n'a pas fini depuis 20 secondes.",
  'The work on {1} still runs.': 'Le travail sur {1} tourne encore.',
  "{1} gave an answer we don't know: {2:own}.": '{1} a donné une réponse que nous ne connaissons pas : {2}.',
  'No host key is pinned for {1} ({2}).': "Aucune clé d'hôte n'est épinglée pour {1} ({2}).",
  "Run `keybuzz enroll {1}` and compare the fingerprint on the host's console.":
    "Exécutez `keybuzz enroll {1}` et comparez l'empreinte sur la console de l'hôte.",
  'a revoked key': 'une clé révoquée',
  'another key than the pinned one': 'une autre clé que celle épinglée',
  '{1} ({2}) shows {3}: {4}.': '{1} ({2}) présente {3} : {4}.',
  'Find out whether the host was rebuilt or something answers in its place; if it was rebuilt, `keybuzz enroll {1}`.':
    "Trouvez si l'hôte a été reconstruit ou si autre chose répond à sa place ; s'il a été reconstruit, `keybuzz enroll {1}`.",
  'The SSH agent does not answer.': "L'agent SSH ne répond pas.",
  'See whether the agent behind SSH_AUTH_SOCK runs, or set KEYBUZZ_SSH_KEY to the path of a private key.':
    "Voyez si l'agent derrière SSH_AUTH_SOCK tourne, ou mettez KEYBUZZ_SSH_KEY au chemin d'une clé privée.",
  '{1} ({2}) does not accept our SSH key for user {3}.':
    "{1} ({2}) n'accepte pas notre clé SSH pour l'utilisateur {3}.",
  "Add the worker's public key to ~{1}/.ssh/authorized_keys on {2}.":
    'Ajoutez la clé publique du worker à ~{1}/.ssh/authorized_keys sur {2}.',
  '{1} ({2}:{3}) did not answer in time.': "{1} ({2}:{3}) n'a pas répondu à temps.",
  'See whether the host is up and the network between it and the worker is whole, then try again.':
    "Voyez si l'hôte est en marche et si le réseau entre lui et le worker est entier, puis réessayez.",
  "{1} ({2}:{3}) can't be reached by SSH{4}.": "{1} ({2}:{3}) n'est pas joignable par SSH{4}.",
  'See whether the host is up, sshd runs there, and its firewall lets the worker in; then try again.':
    "Voyez si l'hôte est en marche, si sshd y tourne et si son pare-feu laisse entrer le worker ; puis réessayez.",
  'The connection to {1} ({2}) was lost in the middle.': 'La connexion à {1} ({2}) a été perdue en plein travail.',
  'Look at the host before you try again: what was running there may still run.':
    "Regardez l'hôte avant de réessayer : ce qui y tournait tourne peut-être encore.",
  '{1} ({2}) opens no further session on the connection.': "{1} ({2}) n'ouvre plus de session sur la connexion.",
  'Look at MaxSessions in its sshd configuration (it must be 4 or more), then try again.':
    'Regardez MaxSessions dans la configuration de son sshd (il faut 4 ou plus), puis réessayez.',
  '{1} line {2} is not "<names> <key type> <base64 key>".':
    "{1}, ligne {2} : ce n'est pas « <names> <key type> <base64 key> ».",
  'Mend or remove that line; `keybuzz enroll <host>` writes a right one.':
    'Réparez ou enlevez cette ligne ; `keybuzz enroll <host>` en écrit une bonne.',
  'Another key is pinned for {1} already.': 'Une autre clé est déjà épinglée pour {1}.',
  'If the host was rebuilt, compare the fingerprint on its console and type `keybuzz enroll <host>`.':
    "Si l'hôte a été reconstruit, comparez l'empreinte sur sa console et tapez `keybuzz enroll <host>`.",
  'Another process has been writing known_hosts for {1} seconds ({2}).':
    'Un autre processus écrit known_hosts depuis {1} secondes ({2}).',
  'Try again; a lock left behind by a crash is taken away by itself after half a minute.':
    "Réessayez ; un verrou laissé par un plantage s'enlève de lui-même après une demi-minute.",
  'The worker is stopping and opens no more connections.': "Le worker s'arrête et n'ouvre plus de connexions.",
  'Try again when the worker runs again.': 'Réessayez quand le worker tourne à nouveau.',
  'A script argument or variable holds a NUL character.':
    'Un argument ou une variable de script contient un caractère NUL.',
  'Leave the NUL character out; a shell cannot pass it on.':
    'Omettez le caractère NUL ; un shell ne peut pas le transmettre.',
  'Read its output, mend what it names, and try again.': "Lisez sa sortie, réparez ce qu'elle nomme, et réessayez.",
  'The script was called in a way it does not understand (exit 64).':
    "Le script a été appelé d'une façon qu'il ne comprend pas (code de sortie 64).",
  'This is a defect of the module: report it with the output.':
    "C'est un défaut du module : signalez-le avec la sortie.",
  'Something the script needs is missing on the host (exit 69).':
    "Il manque sur l'hôte quelque chose dont le script a besoin (code de sortie 69).",
  'Read its output for what is missing, provide it, and try again.':
    'Lisez dans sa sortie ce qui manque, fournissez-le, et réessayez.',
  'Something else on the host holds what the script needs (exit 75).':
    "Autre chose sur l'hôte tient ce dont le script a besoin (code de sortie 75).",
  'Wait until that is done, then try again.': 'Attendez que ce soit fini, puis réessayez.',
  'The script ran out of time and was ended (exit 124).':
    "Le script n'a pas fini à temps et a été arrêté (code de sortie 124).",
  'Look at what it was waiting for in its output, then try again.':
    "Regardez dans sa sortie ce qu'il attendait, puis réessayez.",
  'The script failed with exit code {1}.': 'Le script a échoué avec le code de sortie {1}.',
  'The script was killed by {1}.': 'Le script a été tué par {1}.',
  "Look in the host's journal for who sent it (the kernel does when memory runs out), then try again.":
    "Cherchez dans le journal de l'hôte qui l'a envoyé (le noyau le fait quand la mémoire manque), puis réessayez.",
  ' of {1} seconds': ' de {1} secondes',
  'The script reached its limit{1} and was ended.': 'Le script a atteint sa limite{1} et a été arrêté.',
  'We stopped listening before the script ended.': "Nous avons cessé d'écouter avant la fin du script.",
  'Ask again when the answer is needed.': 'Redemandez quand il vous faut la réponse.',
  'A secret is called {1}, which cannot be a variable of a script.':
    "Un secret s'appelle {1}, ce qui ne peut pas être une variable d'un script.",
  'The run key {1} is not made of [a-z0-9-] and a number.':
    "La clé d'exécution {1} n'est pas faite de [a-z0-9-] et d'un nombre.",
  'A script does not end in the line {1}: half of it could run.':
    "Un script ne finit pas par la ligne {1} : il pourrait ne tourner qu'à moitié.",
  'A script holds a NUL character, which no shell can read.':
    "Un script contient un caractère NUL, qu'aucun shell ne peut lire.",
  "A script's text has the hash {1}, but {2} was planned.":
    "Le texte d'un script a l'empreinte {1}, mais {2} était prévu.",
  'This is a defect of the bot or of a module: report it with this message.':
    "C'est un défaut du bot ou d'un module : signalez-le avec ce message.",
  'A script has arguments of {1} characters; a command line takes {2}.':
    "Un script a {1} caractères d'arguments ; une ligne de commande en prend {2}.",
  'A script has the time limit {1}; it must be a whole number of seconds above 0.':
    'Un script a la limite de temps {1} ; il faut un nombre entier de secondes au-dessus de 0.',
  'The work on {1} is gone and left no result: it was killed from outside.':
    "Le travail sur {1} a disparu sans résultat : il a été tué de l'extérieur.",
  'Look in the journal of {1} for what ended it, check the host, then resume.':
    "Cherchez dans le journal de {1} ce qui y a mis fin, vérifiez l'hôte, puis reprenez.",
  'The work never started on {1}.': "Le travail n'a jamais commencé sur {1}.",
  'Resume to start it.': 'Reprenez pour le commencer.',
  'Log in to {1} and look at its runs directory and at systemd.':
    'Connectez-vous à {1} et regardez son répertoire des exécutions et systemd.',
  'The work was kept from starting on {1}.': 'Le travail a été empêché de commencer sur {1}.',
  'The work on {1} was stopped.': 'Le travail sur {1} a été arrêté.',
  'Resume to run it again.': 'Reprenez pour le refaire.',
  'systemd on {1} ended the work: {2} {3} {4}.': 'systemd sur {1} a mis fin au travail : {2} {3} {4}.',
  'Look in the journal of {1} for the reason, then try again.':
    'Cherchez la raison dans le journal de {1}, puis réessayez.',
  '{1} was restarted in the middle of the work.': '{1} a été redémarré en plein travail.',
  'Check {1}, then resume: the preconditions of what is left are checked again.':
    'Vérifiez {1}, puis reprenez : les préconditions de ce qui reste sont vérifiées à nouveau.',
};
