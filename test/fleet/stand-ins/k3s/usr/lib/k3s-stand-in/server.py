"""A server: etcd's member, the API, the controllers and, as every node, a kubelet."""
import base64, ctypes, http.server, json, os, signal, socketserver, ssl, subprocess, sys, threading, time
import controllers, kubelet, pki, store

ETCD_READY_SECONDS = 60


def start_etcd(found, data, initial, state):
    """It ends with us, however we end: with K3s it is one process."""
    own, ip = found["node-name"], found["node-ip"]
    peer = f"http://{ip}:2380"
    members = initial or f"{own}={peer}"
    return subprocess.Popen([
        "/usr/bin/etcd", "--name", own, "--data-dir", f"{data}/server/db/etcd", "--log-level", "error",
        "--listen-client-urls", f"http://127.0.0.1:2379,http://{ip}:2379", "--advertise-client-urls", f"http://{ip}:2379",
        "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", members,
        "--initial-cluster-state", state, "--listen-metrics-urls", "http://127.0.0.1:2381", "--unsafe-no-fsync",
    ], preexec_fn=lambda: ctypes.CDLL(None).prctl(1, signal.SIGKILL))


def members():
    return store.etcd("/v3/cluster/member/list", {})["members"]


def admit(name, ip):
    """Adds a learner for a server that joins; one that began before and did not come to its end goes on."""
    peer = f"http://{ip}:2380"
    known = [one for one in members() if one["peerURLs"] == [peer]]
    if known and known[0].get("name"):
        raise store.Refused(403, f"{name} is a member of etcd already: remove its node first")
    if not known:
        store.etcd("/v3/cluster/member/add", {"peerURLs": [peer], "isLearner": True})
    return ",".join(f"{one.get('name') or name}={one['peerURLs'][0]}" for one in members())


def promote(ip):
    """False while the learner is not in step."""
    for one in members():
        if one["peerURLs"] == [f"http://{ip}:2380"] and one.get("isLearner"):
            try:
                store.etcd("/v3/cluster/member/promote", {"ID": one["ID"]})
            except OSError:
                return False
    return True


def is_voter(ip):
    return any(one["peerURLs"] == [f"http://{ip}:2380"] and not one.get("isLearner") for one in members())


class Api(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def say(self, status, value):
        text = (value if isinstance(value, str) else json.dumps(value)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def subject(self):
        cert = self.connection.getpeercert()
        return dict(pair[0] for pair in cert["subject"]).get("commonName", "") if cert else ""

    def joining(self, path, body):
        shared = self.server.shared
        user, _, secret = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode().partition(":")
        wanted = {"/v1-k3s/server": ("server", shared["server-token"]), "/v1-k3s/promote": ("server", shared["server-token"]),
                  "/v1-k3s/agent": ("node", shared["agent-token"])}.get(path)
        if (user, secret) != wanted:
            return 401, {"message": "not authorized"}
        asked, directory = json.loads(body), shared["tls"]
        if path == "/v1-k3s/promote":
            return (200, {}) if promote(asked["ip"]) else (503, {"message": "not in step yet"})
        answer = {name: pki.read(f"{directory}/{name}") for name in ("server-ca.crt", *(["server-ca.key"] if user == "server" else []))}
        if user == "server":
            return 200, {**answer, "initial": admit(asked["name"], asked["ip"])}
        name = f"client-{asked['name']}"
        with shared["lock"]:
            pki.make_cert(directory, name, f"/O=system:nodes/CN=system:node:{asked['name']}")
        return 200, {**answer, "client.crt": pki.read(f"{directory}/{name}.crt"), "client.key": pki.read(f"{directory}/{name}.key")}

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path = self.path.split("?")[0]
        try:
            if path in ("/readyz", "/livez"):
                store.etcd("/v3/kv/range", {"key": store.coded("/ready")}, 2)
                return self.say(200, "[+]etcd ok\nreadyz check passed\n" if "verbose" in self.path else "ok")
            if path.startswith("/v1-k3s/"):
                return self.say(*self.joining(path, body))
            if not self.subject().startswith("system:"):
                return self.say(401, {"kind": "Status", "message": "Unauthorized"})
            self.say(*store.answer(self.command, self.path, body, self.headers.get("Content-Type", "")))
        except store.Refused as refused:
            status, message = refused.args
            self.say(status, {"kind": "Status", "status": "Failure", "message": message, "code": status})
        except (OSError, KeyError) as trouble:
            self.say(500, {"kind": "Status", "status": "Failure", "message": str(trouble), "code": 500})

    do_GET = do_POST = do_PATCH = do_DELETE = handle_any


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        pass

    def process_request_thread(self, request, address):
        """The handshake is the thread's affair: whoever connects and says nothing keeps nobody else waiting."""
        try:
            request.settimeout(20)
            request = self.context.wrap_socket(request, server_side=True)
            request.settimeout(None)
        except OSError:
            return self.shutdown_request(request)
        super().process_request_thread(request, address)


def serve(found, tls, tokens):
    server = Server(("0.0.0.0", 6443), Api, bind_and_activate=False)
    server.allow_reuse_address = True
    server.server_bind()
    server.server_activate()
    server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.context.load_cert_chain(f"{tls}/serving-kube-apiserver.crt", f"{tls}/serving-kube-apiserver.key")
    server.context.load_verify_locations(f"{tls}/server-ca.crt")
    server.context.verify_mode = ssl.CERT_OPTIONAL
    server.shared = {**tokens, "tls": tls, "lock": threading.Lock()}
    threading.Thread(target=server.serve_forever, daemon=True).start()


def until(seconds, what, is_so):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if is_so():
                return
        except (OSError, KeyError):
            pass
        time.sleep(0.1)
    raise SystemExit(f"k3s-stand-in: {what} within {seconds} s did not come")


def prepare(found, data, tls, tokens):
    """Certificates and what etcd begins with; a server that has been here keeps all of it."""
    initial, state, ip = "", "existing", found["node-ip"]
    if not os.path.isdir(f"{data}/server/db/etcd/member"):
        if found.get("server"):
            given = pki.join(found["server"], "server", tokens["server-token"], "/v1-k3s/server", {"name": found["node-name"], "ip": ip})
            for name in ("server-ca.crt", "server-ca.key"):
                pki.write(f"{tls}/{name}", given[name])
            initial = given["initial"]
        elif found.get("cluster-init"):
            pki.make_ca(tls)
            state = "new"
        else:
            raise SystemExit("k3s-stand-in: neither server nor cluster-init is set")
    if not os.path.exists(f"{tls}/client-admin.crt"):
        pki.make_cert(tls, "client-admin", "/O=system:masters/CN=system:admin")
        pki.make_cert(tls, "serving-kube-apiserver", "/CN=kube-apiserver", [*found.get("tls-san", []), ip, "127.0.0.1", "localhost"])
    pki.write(f"{data}/server/token", tokens["server-token"] + "\n")
    pki.write(pki.KUBECONFIG, pki.kubeconfig(tls, "client-admin", "https://127.0.0.1:6443"))
    return initial, state


def run():
    found = pki.settings()
    data, ip = found["data-dir"], found["node-ip"]
    tls = f"{data}/server/tls"
    tokens = {"server-token": pki.token(found, "token-file"), "agent-token": pki.token(found, "agent-token-file")}
    initial, state = prepare(found, data, tls, tokens)
    etcd = start_etcd(found, data, initial, state)
    if initial:
        context = pki.client_context(f"{tls}/server-ca.crt")
        basic = base64.b64encode(f"server:{tokens['server-token']}".encode()).decode()
        ask = lambda: pki.ask(found["server"], "POST", "/v1-k3s/promote", json.dumps({"ip": ip}), context, {"Authorization": f"Basic {basic}"})[0] == 200
        until(ETCD_READY_SECONDS, "promotion to a voter of etcd", ask)
    until(ETCD_READY_SECONDS, "a majority of etcd", lambda: store.etcd("/v3/kv/range", {"key": store.coded("/ready")}) is not None)
    serve(found, tls, tokens)
    threading.Thread(target=controllers.run, daemon=True).start()
    node = kubelet.Kubelet(found, ["https://127.0.0.1:6443"], (f"{tls}/server-ca.crt", f"{tls}/client-admin.crt", f"{tls}/client-admin.key"), lambda: is_voter(ip))
    node.start()
    pki.notify()
    etcd.wait()
    sys.exit("k3s-stand-in: etcd ended")


def snapshot(arguments):
    found = pki.settings()
    name = next((one.split("=", 1)[1] for one in arguments if one.startswith("--name=")), "on-demand")
    path = f"{found['data-dir']}/server/db/snapshots/{name}-{found['node-name']}-{int(time.time())}"
    pki.write(path, json.dumps(store.etcd("/v3/kv/range", {"key": store.coded("/"), "range_end": store.coded("0")})))
    print(path)
