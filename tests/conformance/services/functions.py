"""The functions that the recordings call: what a recording says of a behaviour in words, as a Python handler."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from botocore.exceptions import ClientError

HANDLERS = {
    "returns event unchanged": "def handler(event, context):\n    return event\n",
    "raises Exception('Some exception was raised.')": (
        'def handler(event, context):\n    raise Exception("Some exception was raised.")\n'
    ),
    "returns a string of 257*1024 'a' bytes (over the 256 KiB state limit)": (
        'def handler(event, context):\n    return "a" * (257 * 1024)\n'
    ),
    'returns {"Return":"HelloWorld"} (constant)': 'def handler(event, context):\n    return {"Return": "HelloWorld"}\n',
    'returns the JSON string "HelloWorld!" as bytes': 'def handler(event, context):\n    return "HelloWorld!"\n',
    "sleeps 60 s then returns event": (
        "import time\n\ndef handler(event, context):\n    time.sleep(60)\n    return event\n"
    ),
}


def packed(source: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("handler.py", source)
    return archive.getvalue()


def make_function(client: Any, name: str, behaviour: str, role: str) -> str:
    """The ARN of a function of that name, made if there is none yet."""
    try:
        answer = client.create_function(
            FunctionName=name,
            Runtime="python3.11",
            Role=role,
            Handler="handler.handler",
            Timeout=90,
            Code={"ZipFile": packed(HANDLERS[behaviour])},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceConflictException":
            raise
        answer = client.get_function(FunctionName=name)["Configuration"]
    client.get_waiter("function_active_v2").wait(FunctionName=name)
    return str(answer["FunctionArn"])
