"""The server's side of the MySQL protocol, as far as the stand-in speaks it: a login by password, and rows as text."""
import hashlib, os, struct

def send(link, number, payload):
    link.sendall(struct.pack("<I", len(payload))[:3] + bytes([number % 256]) + payload)
    return number + 1


def receive(link):
    head = b""
    while len(head) < 4:
        part = link.recv(4 - len(head))
        if not part:
            raise EOFError
        head += part
    size, payload = int.from_bytes(head[:3], "little"), b""
    while len(payload) < size:
        payload += link.recv(size - len(payload))
    return head[3], payload


def text(value):
    if value is None:
        return b"\xfb"
    data = str(value).encode()
    return (bytes([len(data)]) if len(data) < 251 else b"\xfc" + struct.pack("<H", len(data))) + data


OK = b"\x00\x00\x00\x02\x00\x00\x00"
END = b"\xfe\x00\x00\x02\x00"


def error(code, state_code, message):
    return b"\xff" + struct.pack("<H", code) + b"#" + state_code.encode() + message.encode()


def knows(credentials, user, answer, salt):
    for pair in credentials.split(";"):
        name, _, password = pair.partition(":")
        once = hashlib.sha1(password.encode()).digest()
        mask = hashlib.sha1(salt + hashlib.sha1(once).digest()).digest()
        if name == user and answer == bytes(a ^ b for a, b in zip(once, mask)):
            return True
    return False


def greet(link, credentials):
    salt = bytes(byte % 94 + 33 for byte in os.urandom(20))
    flags = 0x00000001 | 0x00000008 | 0x00000200 | 0x00002000 | 0x00008000 | 0x00080000
    send(link, 0, b"\x0a" + b"5.5.30\x00" + struct.pack("<I", 1) + salt[:8] + b"\x00" + struct.pack("<H", flags & 0xFFFF) + b"\x21"
         + struct.pack("<HH", 2, flags >> 16) + b"\x15" + b"\x00" * 10 + salt[8:] + b"\x00" + b"mysql_native_password\x00")
    number, packet = receive(link)
    user, _, rest = packet[32:].partition(b"\x00")
    answer = rest[1 : 1 + rest[0]]
    if knows(credentials, user.decode(), answer, salt):
        send(link, number + 1, OK)
        return True
    send(link, number + 1, error(1045, "28000", f"ProxySQL Error: Access denied for user '{user.decode()}'"))
    return False


def send_rows(link, names, rows):
    number = send(link, 1, bytes([len(names)]))
    for name in names:
        number = send(link, number, text("def") + text("") * 3 + text(name) + text("") + b"\x0c\x21\x00\x00\x04\x00\x00\xfd\x00\x00\x00\x00\x00")
    number = send(link, number, END)
    for row in rows:
        number = send(link, number, b"".join(map(text, row)))
    send(link, number, END)
