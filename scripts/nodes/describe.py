"""Writes what scripts/elasticsearch describe prints.

Arguments: name, distribution, version, the folder of the secrets (empty when not secured), settings.
Standard input: a line a member: name, state, URL and pid (both may be empty), apart by tabs.
"""

import hashlib
import json
import pathlib
import ssl
import sys


def security(folder):
    certificate = (folder / "tls/ca.crt").read_text(encoding="ascii")
    return {
        "ca_file": str(folder / "tls/ca.crt"),
        "ca_sha256": hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest(),
        "username": "elastic",
        "password_file": str(folder / "password"),
        "api_key_file": str(folder / "api_key"),
    }


def main():
    name, distribution, version, secrets, *settings = sys.argv[1:]
    members = []
    for line in sys.stdin:
        member, state, url, pid = line.rstrip("\n").split("\t")
        members.append({"name": member, "state": state, "url": url or None, "pid": int(pid) if pid else None})
    node = {"name": name, "distribution": distribution, "version": version, "settings": settings,
            "urls": [member["url"] for member in members if member["url"]], "members": members,
            "security": security(pathlib.Path(secrets)) if secrets else None}
    print(json.dumps(node, indent=2))


if __name__ == "__main__":
    main()
