"""A peer of the last SDK with a neuron layer, driven by JSON, a line per command on standard input and per answer on standard output.

Nothing of the SDK is replaced but the look-up of the machine's external address, which needs the internet.
"""

import asyncio
import base64
import json
import sys
import types
from typing import Tuple

import bittensor
import msgpack
import msgpack_numpy
import numpy
from bittensor.utils import networking

networking.get_external_ip = lambda: "203.0.113.7"

import bittensor as bt  # noqa: E402
from bittensor_wallet import Keypair  # noqa: E402


def keypair(uri):
    return Keypair.create_from_uri(uri)


def classes_of(text):
    """The synapse classes of a module that was handed over as text."""
    module = types.ModuleType("handed_over")
    sys.modules["handed_over"] = module
    exec(text, module.__dict__)
    return module.__dict__


class Peer:
    def __init__(self):
        self.classes = {}
        self.axon = None
        self.dendrites = {}

    async def ask(self, command):
        return await getattr(self, "do_" + command["do"])(command)

    async def do_about(self, _command):
        return {"bittensor": bittensor.__version__}

    async def do_classes(self, command):
        self.classes.update(classes_of(command["text"]))
        return {}

    def dendrite(self, uri):
        if uri not in self.dendrites:
            self.dendrites[uri] = bt.Dendrite(wallet=keypair(uri))
        return self.dendrites[uri]

    def target(self, command):
        return bt.AxonInfo(
            version=10005000,
            ip=command["host"],
            port=command["port"],
            ip_type=4,
            hotkey=command["hotkey"],
            coldkey="",
        )

    async def do_call(self, command):
        synapse = self.classes[command["synapse"]](**fields_of(command["fields"]))
        answer = await self.dendrite(command["as"]).call(
            target_axon=self.target(command), synapse=synapse, timeout=command.get("timeout", 12.0), deserialize=False
        )
        return told(answer)

    async def do_stream(self, command):
        synapse = self.classes[command["synapse"]](**command["fields"])
        chunks, last = [], None
        async for item in self.dendrite(command["as"]).call_stream(
            target_axon=self.target(command), synapse=synapse, timeout=12.0, deserialize=False
        ):
            if isinstance(item, str):
                chunks.append(item)
            else:
                last = item
        return {"chunks": chunks, "last": None if last is None else told(last)}

    async def do_pack(self, command):
        return pack(numpy.array(command["values"], dtype=command["dtype"]))

    async def do_sign(self, command):
        signature = keypair(command["as"]).sign(bytes.fromhex(command["message"]))
        return {"signature": "0x" + bytes(signature).hex()}

    async def do_serve(self, command):
        own = types.SimpleNamespace(hotkey=keypair(command["as"]), coldkeypub=keypair(command["as"]))
        axon = bt.Axon(wallet=own, port=command["port"], ip="127.0.0.1", external_ip="127.0.0.1")
        for name in command["synapses"]:
            handler, blacklist = handlers(self.classes[name], name, set(command.get("blacklist", [])))
            axon.attach(forward_fn=handler, blacklist_fn=blacklist)
        axon.start()
        self.axon = axon
        return {"port": axon.port}

    async def do_stop(self, _command):
        for dendrite in self.dendrites.values():
            await dendrite.aclose_session()
        if self.axon is not None:
            self.axon.stop()
        return {}


def pack(array):
    """As the SDK packs a tensor, whose own class wants torch even to name the types of numpy."""
    buffer = base64.b64encode(msgpack.packb(array, default=msgpack_numpy.encode)).decode()
    return {"buffer": buffer, "dtype": str(array.dtype), "shape": list(array.shape) or [0]}


def unpack(tensor):
    array = msgpack.unpackb(base64.b64decode(tensor["buffer"]), object_hook=msgpack_numpy.decode).copy()
    return array if tensor["shape"] == [0] else array.reshape(tensor["shape"])


def fields_of(fields):
    """Lists under `$tensor` are made tensors."""
    made = {}
    for name, value in fields.items():
        if isinstance(value, dict) and "$tensor" in value:
            made[name] = pack(numpy.array(value["$tensor"], dtype=value["dtype"]))
        else:
            made[name] = value
    return made


def told(synapse):
    """What a caller finds in a synapse after its call."""
    own = {
        name: getattr(synapse, name)
        for name in synapse.__class__.model_fields
        if name not in ("axon", "dendrite") and not name.startswith("_")
    }
    return {
        "status": synapse.dendrite.status_code,
        "message": synapse.dendrite.status_message,
        "isSuccess": synapse.is_success,
        "axonStatus": synapse.axon.status_code,
        "axonHotkey": synapse.axon.hotkey,
        "processTime": synapse.axon.process_time,
        "fields": own,
    }


def handlers(kind, name, blacklisted):
    """What an axon answers with: each synapse of the tests has its own."""

    def add(synapse):
        synapse.sum = synapse.a + synapse.b
        return synapse

    def double(synapse):
        synapse.doubled = pack(unpack(synapse.tensor) * 2)
        return synapse

    def fail(synapse):
        raise RuntimeError("no answer")

    async def wait(synapse):
        await asyncio.sleep(2)
        return synapse

    def tell(synapse):
        words = synapse.prompt.split(" ")

        async def stream(send):
            for word in words:
                await send({"type": "http.response.body", "body": word.encode(), "more_body": True})
                await asyncio.sleep(0.01)

        return synapse.create_streaming_response(stream)

    def cut(synapse):
        async def stream(send):
            await send({"type": "http.response.body", "body": b"one", "more_body": True})
            raise RuntimeError("no more")

        return synapse.create_streaming_response(stream)

    forward = {"Add": add, "Double": double, "Fail": fail, "Wait": wait, "Tell": tell, "Cut": cut}[name]

    def blacklist(synapse):
        return synapse.dendrite.hotkey in blacklisted, "not of this subnet"

    # The SDK finds the synapse by the annotation of the only argument.
    for function in (forward, blacklist):
        function.__annotations__["synapse"] = kind
    streams = issubclass(kind, bt.StreamingSynapse)
    forward.__annotations__["return"] = None if streams else kind
    blacklist.__annotations__["return"] = Tuple[bool, str]
    return forward, blacklist


async def main():
    peer = Peer()
    loop = asyncio.get_running_loop()
    print(json.dumps({"ready": True}), flush=True)
    while True:
        line = await loop.run_in_executor(None, sys.stdin.readline)
        if line == "":
            return
        try:
            answer = {"ok": await peer.ask(json.loads(line))}
        except Exception as error:  # told to the test, which decides
            answer = {"error": type(error).__name__, "message": str(error)}
        print(json.dumps(answer), flush=True)


asyncio.run(main())
