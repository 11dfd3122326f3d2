"""Settings, certificates and HTTPS of the stand-in."""
import base64, http.client, json, os, socket, ssl, subprocess, tempfile, time
import yaml

VERSION = "v1.33.5+k3s1"
CONFIG = "/etc/rancher/k3s/config.yaml"
KUBECONFIG = "/etc/rancher/k3s/k3s.yaml"


def settings():
    with open(CONFIG, encoding="utf8") as file:
        found = yaml.safe_load(file)
    found.setdefault("data-dir", "/var/lib/rancher/k3s")
    return found


def token(found, name):
    with open(found[name], encoding="utf8") as file:
        return file.read().strip()


def write(path, text, mode=0o600):
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf8") as file:
        file.write(text)


def read(path):
    with open(path, encoding="utf8") as file:
        return file.read()


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def make_ca(directory):
    os.makedirs(directory, mode=0o700, exist_ok=True)
    key, cert = f"{directory}/server-ca.key", f"{directory}/server-ca.crt"
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-subj", "/CN=k3s-server-ca", "-keyout", key, "-out", cert)


def make_cert(directory, name, subject, addresses=()):
    """A certificate of the cluster's CA for a year: <name>.crt and <name>.key."""
    base, ca = f"{directory}/{name}", f"{directory}/server-ca"
    names = [f"IP:{one}" if one.replace(".", "").isdigit() else f"DNS:{one}" for one in addresses]
    with tempfile.NamedTemporaryFile("w") as extra:
        extra.write("authorityKeyIdentifier=keyid\n" + (f"subjectAltName={','.join(names)}\n" if names else ""))
        extra.flush()
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", subject,
                "-keyout", f"{base}.key", "-out", f"{base}.csr")
        openssl("x509", "-req", "-in", f"{base}.csr", "-CA", f"{ca}.crt", "-CAkey", f"{ca}.key", "-CAcreateserial",
                "-days", "365", "-extfile", extra.name, "-out", f"{base}.crt")
    os.unlink(f"{base}.csr")


def kubeconfig(directory, name, server):
    coded = lambda path: base64.b64encode(read(path).encode()).decode()
    cluster = {"server": server, "certificate-authority-data": coded(f"{directory}/server-ca.crt")}
    user = {"client-certificate-data": coded(f"{directory}/{name}.crt"), "client-key-data": coded(f"{directory}/{name}.key")}
    return json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "default",
        "clusters": [{"name": "default", "cluster": cluster}], "users": [{"name": "default", "user": user}],
        "contexts": [{"name": "default", "context": {"cluster": "default", "user": "default"}}],
    })


def client_context(ca, cert=None, key=None):
    context = ssl.create_default_context(cafile=ca)
    if cert:
        context.load_cert_chain(cert, key)
    return context


def ask(server, method, path, body=None, context=None, headers=None, seconds=5):
    """Status and text of a request to https://address:port."""
    host, port = server.split("//")[1].split(":")
    link = http.client.HTTPSConnection(host, int(port), timeout=seconds, context=context)
    try:
        link.request(method, path, body, headers or {})
        answer = link.getresponse()
        return answer.status, answer.read().decode()
    finally:
        link.close()


def join(server, user, secret, path, body):
    """A request of somebody who has no certificate yet. As with a short token, the server's is not checked."""
    context = ssl._create_unverified_context()
    basic = base64.b64encode(f"{user}:{secret}".encode()).decode()
    status, text = ask(server, "POST", path, json.dumps(body), context, {"Authorization": f"Basic {basic}"}, 20)
    if status != 200:
        raise SystemExit(f"k3s-stand-in: {server}{path} answered {status}: {text.strip()}")
    return json.loads(text)


def notify():
    """Tells systemd that the unit has started (Type=notify)."""
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
            link.connect(address.replace("@", "\0", 1) if address.startswith("@") else address)
            link.sendall(b"READY=1")


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
