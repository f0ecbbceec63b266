"""The other process: `python -m tests.hostile.attacker` reads one attack a line and prints what came of it."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from typing import Any

from tests.hostile.attack import Intruder, Target
from tests.hostile.attacks import ATTACKS


def main() -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 20_000), most))
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(asyncio.run(attack(json.loads(line)))), flush=True)


async def attack(given: dict[str, Any]) -> dict[str, Any]:
    name = given.pop("attack")
    given["intruders"] = [Intruder(**intruder) for intruder in given["intruders"]]
    target = Target(**given)
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # connections that were cut under a task
    began, cpu = time.monotonic(), time.process_time()
    target.deadline = began + target.seconds
    try:
        await ATTACKS[name].run(target)
    except (OSError, EOFError):
        target.answers["cut"] += 1
    return {
        "answers": target.answers, "done": target.done, "unknown": target.unknown, "wrong": target.wrong,
        "seconds": round(time.monotonic() - began, 2), "cpu": round(time.process_time() - cpu, 2),
    }  # fmt: skip


if __name__ == "__main__":
    main()
