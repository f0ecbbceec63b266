"""What only SQLite can suffer: its disk is full."""

import resource
from pathlib import Path

from tests.live.pages import settle
from tests.reliability.test_unavailable import everything, fails_with_503
from tests.reliability.waiting import within


def test_a_full_disk_is_503_with_nothing_half_done_and_the_desk_goes_on_when_there_is_room(
    own_pair, own_people, open_page
):
    """The kernel lets the process write no further than its log of changes reaches now, as if the disk ended there."""
    server, people = own_pair[0], own_people
    own_pair[1].stop()
    page = open_page(server, people, "bob", "/")
    people.generates()
    before = everything(server.database_url)
    end = Path(server.database_url.removeprefix("sqlite:///") + "-wal").stat().st_size
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (end, resource.RLIM_INFINITY))
    try:
        assert "Nothing was changed" in fails_with_503(people, Accept="application/json").json()["error"]["message"]
        assert "Nothing was changed" in fails_with_503(people, Accept="text/html").text
        assert people.browser["bob"].get("/").status_code == 200
        assert everything(server.database_url) == before
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    code = people.generates()
    page.until(lambda: f"code-{code['id']}" in page.document.rows("codes"), "the next code")
    settle([page], people.broadcasts())
    page.assert_up_to_date()
    within(10, server.is_well, "the desk is well")
