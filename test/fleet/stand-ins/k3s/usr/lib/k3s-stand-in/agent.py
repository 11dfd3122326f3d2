"""An agent: a node without the API. Whichever server answers will do, once it has joined."""
import json, os, time
import kubelet, pki


def known_servers(found, files):
    """The first server it was told of, and those that the cluster has."""
    servers = [found["server"]]
    path = f"{found['data-dir']}/agent/servers.json"
    if os.path.exists(path):
        servers += [one for one in json.loads(pki.read(path)) if one not in servers]
    return servers


def run():
    found = pki.settings()
    directory = f"{found['data-dir']}/agent"
    files = [f"{directory}/{name}" for name in ("server-ca.crt", "client.crt", "client.key")]
    if not os.path.exists(files[1]):
        body = {"name": found["node-name"], "ip": found["node-ip"]}
        secret = pki.token(found, "token-file")
        while True:
            try:
                given = pki.join(found["server"], "node", secret, "/v1-k3s/agent", body)
                break
            except (SystemExit, OSError) as trouble:
                # K3s' own agent tries again for ever, too.
                print(trouble, flush=True)
                time.sleep(1)
        for path in files:
            pki.write(path, given[os.path.basename(path)])
    servers = known_servers(found, files)
    pki.write(f"{directory}/kubelet.kubeconfig", pki.kubeconfig(directory, "client", found["server"]) if os.path.exists(f"{directory}/client.crt") else "")
    node = kubelet.Kubelet(found, servers, tuple(files), None, f"{directory}/servers.json")
    node.start()
    pki.notify()
    while True:
        time.sleep(3600)
