"""The attacks, a file for each topic; ATTACKS holds them by name, in the order of their table."""

from tests.hostile.attack import Attack
from tests.hostile.attacks import actions, connections, control, floods, lock_out, passwords, robots, sockets, texts

ATTACKS = {
    each.name: each
    for topic in (control, texts, passwords, connections, sockets, actions, floods, robots, lock_out)
    for each in vars(topic).values()
    if isinstance(each, Attack)
}
