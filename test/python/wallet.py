"""The wallet package of the Python tools, one request of JSON on standard input, one answer on standard output."""
import json
import sys

from bittensor_wallet import Keypair, Wallet


def wallet_of(request):
    return Wallet(name=request["name"], hotkey=request["hotkey"], path=request["root"])


def create(request):
    wallet = wallet_of(request)
    coldkey = Keypair.create_from_mnemonic(request["coldkeyMnemonic"])
    hotkey = Keypair.create_from_mnemonic(request["hotkeyMnemonic"])
    wallet.set_coldkey(coldkey, encrypt=True, overwrite=False, coldkey_password=request["password"])
    wallet.set_coldkeypub(coldkey, overwrite=False)
    wallet.set_hotkey(hotkey, encrypt=False, overwrite=False)
    return {"coldkey": coldkey.ss58_address, "hotkey": hotkey.ss58_address}


def described(keypair):
    return {
        "address": keypair.ss58_address,
        "publicKey": keypair.public_key.hex(),
        "signature": keypair.sign(b"message").hex(),
    }


def load(request):
    wallet = wallet_of(request)
    coldkey = wallet.get_coldkey(password=request["password"])
    return {
        "coldkey": described(coldkey),
        "coldkeypub": wallet.coldkeypub.ss58_address,
        "hotkey": described(wallet.hotkey),
    }


def regenerate(request):
    keypair = Keypair.create_from_mnemonic(request["mnemonic"])
    return described(keypair)


def verify(request):
    keypair = Keypair(ss58_address=request["address"])
    return {"isGood": keypair.verify(b"message", bytes.fromhex(request["signature"]))}


def main():
    request = json.load(sys.stdin)
    commands = {"create": create, "load": load, "regenerate": regenerate, "verify": verify}
    try:
        answer = commands[request["command"]](request)
    except BaseException as error:  # A panic of the package is one that Exception does not cover.
        answer = {"error": f"{type(error).__name__}: {error}"}
    print("\n" + json.dumps(answer))


main()
