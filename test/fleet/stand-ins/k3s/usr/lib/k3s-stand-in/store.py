"""The objects of the API, in the etcd of this server."""
import base64, copy, http.client, json, re, threading, urllib.parse, uuid
from pki import now

RESOURCE = re.compile(r"/(api/v1|apis/[^/]+/[^/]+)(?:/namespaces/([^/]+))?/([a-z]+)(?:/([^/]+))?(?:/(status|eviction))?")
NAMESPACE = re.compile(r"/(api/v1)/(namespaces)(?:/([^/]+))?")
links = threading.local()


class Refused(Exception):
    """An answer other than success: status and message."""


def etcd(path, body, seconds=5):
    for attempt in (1, 2):
        if getattr(links, "etcd", None) is None:
            links.etcd = http.client.HTTPConnection("127.0.0.1", 2379, timeout=seconds)
        try:
            links.etcd.request("POST", path, json.dumps(body))
            answer = links.etcd.getresponse()
            text = answer.read().decode()
            break
        except (OSError, http.client.HTTPException):
            links.etcd.close()
            links.etcd = None
            if attempt == 2:
                raise
    if answer.status != 200:
        raise OSError(f"etcd: {text.strip()}")
    return json.loads(text)


def coded(text):
    return base64.b64encode(text.encode()).decode()


def found(answer):
    for one in answer.get("kvs", []):
        value = json.loads(base64.b64decode(one["value"]))
        value["metadata"]["resourceVersion"] = str(one["mod_revision"])
        yield value


class Place:
    """What a path means: a collection, or an object in it."""

    def __init__(self, path):
        match = NAMESPACE.fullmatch(path)
        if match:
            self.group, self.resource, self.name = match[1], "namespaces", match[3]
            self.namespace, self.part = None, None
            return
        match = RESOURCE.fullmatch(path)
        if not match:
            raise Refused(404, "the server could not find the requested resource")
        self.group, self.namespace, self.resource, self.name, self.part = match.groups()

    def key(self):
        if self.name:
            return f"/{self.group}/{self.resource}/{self.namespace or '-'}/{self.name}"
        return f"/{self.group}/{self.resource}/" + (f"{self.namespace}/" if self.namespace else "")


def get(key):
    return next(found(etcd("/v3/kv/range", {"key": coded(key)})), None)


def list_of(prefix):
    end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return list(found(etcd("/v3/kv/range", {"key": coded(prefix), "range_end": coded(end)})))


def put(key, value, revision):
    """Writes when the object is still the one of this revision (0: not there); False when another was first."""
    stored = copy.deepcopy(value)
    stored["metadata"].pop("resourceVersion", None)
    same = {"key": coded(key), "result": "EQUAL", "target": "MOD", "mod_revision": str(revision)}
    write = {"request_put": {"key": coded(key), "value": coded(json.dumps(stored))}}
    return etcd("/v3/kv/txn", {"compare": [same], "success": [write]}).get("succeeded", False)


def delete(key):
    return etcd("/v3/kv/deleterange", {"key": coded(key)}).get("deleted", "0") != "0"


def empty_namespace(name):
    """With a namespace goes all that stands in it."""
    for one in etcd("/v3/kv/range", {"key": coded("/"), "range_end": coded("0"), "keys_only": True}).get("kvs", []):
        key = base64.b64decode(one["key"]).decode()
        if key.split("/")[-2] == name:
            delete(key)


def merge(old, new):
    """A JSON merge patch; lists are replaced whole."""
    for name, value in new.items():
        if value is None:
            old.pop(name, None)
        elif isinstance(value, dict) and isinstance(old.get(name), dict):
            merge(old[name], value)
        else:
            old[name] = value
    return old


def normal(value):
    for name, text in value.pop("stringData", {}).items():
        value.setdefault("data", {})[name] = coded(text)
    return value


def change(key, make, dry=False, attempts=10):
    """Reads, lets `make` alter (given None when there is none), writes; again when another was first."""
    for _ in range(attempts):
        before = get(key)
        after = make(copy.deepcopy(before))
        if after is None:
            return before
        meta = after["metadata"]
        meta.setdefault("uid", str(uuid.uuid4()))
        meta.setdefault("creationTimestamp", now())
        meta.setdefault("generation", 1)
        if before is not None and before.get("spec") != after.get("spec"):
            meta["generation"] = before["metadata"].get("generation", 1) + 1
        if after == before or dry:
            return after
        if put(key, after, int(before["metadata"]["resourceVersion"]) if before else 0):
            return get(key) or after
    raise Refused(409, "the object has been modified; please apply your changes to the latest version and try again")


def apply(key, wanted, dry=False):
    return change(key, lambda old: merge(old or {}, normal(copy.deepcopy(wanted))), dry)


def patch(key, wanted):
    def make(old):
        if old is None:
            raise Refused(404, "not found")
        return merge(old, wanted)

    return change(key, make)


def create(key, value):
    value = normal(value)

    def make(old):
        if old is not None:
            raise Refused(409, "already exists")
        return value

    return change(key, make)


def selected(items, query):
    labels = [pair.split("=", 1) for pair in query.get("labelSelector", [""])[0].split(",") if "=" in pair]
    fields = dict(pair.split("=", 1) for pair in query.get("fieldSelector", [""])[0].split(",") if "=" in pair)
    node = fields.get("spec.nodeName")
    return [
        one for one in items
        if all(one["metadata"].get("labels", {}).get(name) == value for name, value in labels)
        and (node is None or one.get("spec", {}).get("nodeName") == node)
    ]


def answer(method, path, body, kind):
    """What the API answers to an allowed request: status and object."""
    parts = urllib.parse.urlsplit(path)
    query = urllib.parse.parse_qs(parts.query)
    place = Place(parts.path)
    dry = query.get("dryRun") == ["All"]
    if method == "GET" and place.name is None:
        items = selected(list_of(place.key()), query)
        return 200, {"kind": "List", "apiVersion": place.group.removeprefix("apis/").removeprefix("api/"), "items": items}
    if method == "POST" and place.part == "eviction":
        place.part = None
        if not delete(place.key()):
            raise Refused(404, "not found")
        return 201, {"kind": "Status", "status": "Success"}
    if method == "POST":
        place.name = json.loads(body)["metadata"]["name"]
        return 201, create(place.key(), json.loads(body))
    if method == "PATCH" and "apply-patch" in kind:
        return 200, apply(place.key(), json.loads(body), dry)
    if method == "PATCH":
        return 200, patch(place.key(), json.loads(body))
    if method == "DELETE":
        if not delete(place.key()):
            raise Refused(404, "not found")
        if place.resource == "namespaces":
            empty_namespace(place.name)
        return 200, {"kind": "Status", "status": "Success"}
    object = get(place.key())
    if object is None:
        raise Refused(404, f'{place.resource} "{place.name}" not found')
    return 200, object
