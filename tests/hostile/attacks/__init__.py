"""The attacks, a file for each topic; ATTACKS holds them by name, in the order of their table."""

from tests.hostile.attack import Attack
from tests.hostile.attacks import (
    actions,
    connections,
    control,
    exports,
    floods,
    lock_out,
    passwords,
    robots,
    second_factor,
    sockets,
    texts,
)

TOPICS = (
    control, texts, passwords, second_factor, connections, sockets, actions, floods, exports, robots, lock_out,
)  # fmt: skip
ATTACKS = {each.name: each for topic in TOPICS for each in vars(topic).values() if isinstance(each, Attack)}
