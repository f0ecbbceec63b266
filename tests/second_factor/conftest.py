from tests.live.conftest import relay  # noqa: F401 - a fixture
