"""A peer of the SDK that signs requests, driven by JSON, a line per command on standard input and per answer on standard output."""

import inspect
import json
import sys

import bittensor
from bittensor import http_auth, sp_core, wallets

store = http_auth.InMemoryNonceStore()


def keypair(command):
    kinds = {"sr25519": sp_core.CRYPTO_SR25519, "ed25519": sp_core.CRYPTO_ED25519}
    return sp_core.Keypair.create_from_uri(command["as"], crypto_type=kinds[command.get("scheme", "sr25519")])


def about(_command):
    """What this SDK is, which no document said for sure."""
    return {
        "bittensor": bittensor.__version__,
        "takesExpectedScheme": "expected_crypto_type" in inspect.signature(http_auth.verify).parameters,
        "hasMlDsa": hasattr(sp_core, "CRYPTO_MLDSA"),
        "schemes": sorted(wallets.CRYPTO_TYPE_NAMES.values()),
        "protocol": http_auth.PROTOCOL,
    }


def sign(command):
    options = {"receiver_ss58": command["receiver"]}
    if "nonce" in command:
        options["nonce_ns"] = int(command["nonce"])
    return http_auth.sign(
        keypair(command), method=command["method"], path=command["path"], body=bytes.fromhex(command["body"]), **options
    )


def verify(command):
    options = {"now_ns": int(command["now"])} if "now" in command else {}
    try:
        caller = http_auth.verify(
            command["headers"],
            bytes.fromhex(command["body"]),
            method=command["method"],
            path=command["path"],
            self_hotkey_ss58=command["receiver"],
            nonce_store=store,
            **options,
        )
        return {"hotkey": caller.hotkey_ss58, "nonce": str(caller.nonce_ns)}
    except http_auth.AuthError as error:
        return {"refused": type(error).__name__}


def raw_sign(command):
    return {"signature": "0x" + bytes(keypair(command).sign(bytes.fromhex(command["message"]))).hex()}


commands = {"about": about, "sign": sign, "verify": verify, "rawSign": raw_sign}
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    command = json.loads(line)
    try:
        answer = {"ok": commands[command["do"]](command)}
    except Exception as error:  # told to the test, which decides
        answer = {"error": type(error).__name__, "message": str(error)}
    print(json.dumps(answer), flush=True)
