from datetime import timedelta

import pytest

from app.settings import Settings, SettingsError, read_settings

GOOD = {
    "DATABASE_URL": "postgresql://desk:secret@db.example:5432/desk",
    "DESK_ENV": "production",
    "DESK_ORIGINS": "https://desk.example, https://127.0.0.1:8000/,",
    "DESK_PAGE_SIZE": "20",
    "DESK_CODE_TTL_DAYS": "0.5",
    "DESK_CLOCK_SECONDS": "2.5",
    "DESK_LOG_LEVEL": "debug",
    "DESK_LANGUAGE": "th",
    "DESK_ZONE": "Asia/Bangkok",
    "DESK_TRUSTED_PROXIES": "10.0.0.5, 192.168.7.0/24,2001:db8::5,",
}


def test_an_empty_environment_is_a_desk_for_development():
    assert read_settings({}) == Settings(
        database_url="sqlite:///desk.db", production=False, origins=frozenset(), page_size=50,
        code_ttl=timedelta(days=7), clock_interval=1.0, log_level="INFO",
    )  # fmt: skip


def test_every_setting_is_read():
    assert read_settings(GOOD) == Settings(
        database_url="postgresql://desk:secret@db.example:5432/desk", production=True,
        origins=frozenset({"https://desk.example", "https://127.0.0.1:8000"}), page_size=20,
        hosts=frozenset({"desk.example", "127.0.0.1"}),
        code_ttl=timedelta(hours=12), clock_interval=2.5, log_level="DEBUG", language="th", zone="Asia/Bangkok",
        trusted_proxies=("10.0.0.5/32", "192.168.7.0/24", "2001:db8::5/128"),
    )  # fmt: skip


def test_what_is_not_ours_is_left_alone():
    assert read_settings({"PATH": "/bin", "DATABASE_URL_OLD": "x"}) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", ""), ("DATABASE_URL", "mysql://desk@localhost/desk"), ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///"), ("DATABASE_URL", "sqlite://desk.db"), ("DATABASE_URL", "desk.db"),
        ("DATABASE_URL", "postgresql://localhost"), ("DATABASE_URL", "postgresql://[half/desk"),
        ("DESK_ENV", "prod"), ("DESK_ENV", ""), ("DESK_ENV", "Production"),
        ("DESK_ORIGINS", "desk.example"), ("DESK_ORIGINS", "*"), ("DESK_ORIGINS", "https://desk.example/path"),
        ("DESK_ORIGINS", "https://"), ("DESK_ORIGINS", "https://[half"), ("DESK_ORIGINS", "ftp://desk.example"),
        ("DESK_ORIGINS", "https://desk.example."), ("DESK_ORIGINS", "https://desk.example:0"),
        ("DESK_ORIGINS", "https://desk.example:65536"), ("DESK_ORIGINS", "https://desk.example:http"),
        ("DESK_ORIGINS", "https://ada@desk.example"), ("DESK_ORIGINS", "https://desk.example?"),
        ("DESK_ORIGINS", "https://desk.example#"), ("DESK_ORIGINS", "https://*.desk.example"),
        ("DESK_ORIGINS", "https://desk..example"), ("DESK_ORIGINS", "https://-desk.example"),
        ("DESK_ORIGINS", "https://d\u00e9sk.example"), ("DESK_ORIGINS", "https://desk .example"),
        ("DESK_ORIGINS", "https://10.1"), ("DESK_ORIGINS", "https://10.0.0.256"), ("DESK_ORIGINS", "https://[::1%eth0]"),
        ("DESK_ORIGINS", "https://" + "a" * 64 + ".example"), ("DESK_ORIGINS", "http://desk.example"),
        ("DESK_HOSTS", "https://desk.example"), ("DESK_HOSTS", "desk.example:443"), ("DESK_HOSTS", "desk.example."),
        ("DESK_HOSTS", "*"), ("DESK_HOSTS", ".desk.example"), ("DESK_HOSTS", "desk.example/"), ("DESK_HOSTS", "::1"),
        ("DESK_HOSTS", "[::g]"), ("DESK_HOSTS", "10.0.0.300"),
        ("DESK_PAGE_SIZE", "0"), ("DESK_PAGE_SIZE", "501"), ("DESK_PAGE_SIZE", "many"), ("DESK_PAGE_SIZE", "10.5"),
        ("DESK_CODE_TTL_DAYS", "0"), ("DESK_CODE_TTL_DAYS", "-7"), ("DESK_CODE_TTL_DAYS", "nan"),
        ("DESK_CLOCK_SECONDS", "inf"), ("DESK_CLOCK_SECONDS", ""), ("DESK_LOG_LEVEL", "loud"),
        ("DESK_LANGUAGE", "tlh"), ("DESK_ZONE", "Bangkok"), ("DESK_ZONE", "../UTC"),
        *[("DESK_TRUSTED_PROXIES", proxy) for proxy in (
            "*", "0.0.0.0/0", "::/0", "0.0.0.0", "::", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.5/24", "10.0.0.0/33",
            "proxy", "10.0.0.5:8080", "10.0.0", "10.0.0.5 10.0.0.6", "10.0.0.5, *", "2000::/3", "224.0.0.1", "ff02::1",
            "::ffff:10.0.0.5", "fe80::1%eth0", "http://10.0.0.5",
        )],
        ("DESK_CONNECTIONS", "49"), ("DESK_CONNECTIONS", "1000001"), ("DESK_CONNECTIONS_PER_ADDRESS", "9"),
        ("DESK_HEADER_BYTES", "4095"), ("DESK_HEADER_BYTES", "65537"), ("DESK_REQUEST_SECONDS", "0.5"),
        ("DESK_REQUEST_SECONDS", "301"),
        ("DESK_ENVIRONMENT", "production"), ("DESK_", "x"),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_is_refused_in_one_line_that_names_it(name, value):
    with pytest.raises(SettingsError) as refused:
        read_settings(GOOD | {name: value})
    message = str(refused.value)
    assert name in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("HTTPS://Desk.Example", "https://desk.example"), ("https://desk.example:443", "https://desk.example"),
        ("https://desk.example:", "https://desk.example"), ("https://desk.example:0443/", "https://desk.example"),
        ("http://desk.example:80", "http://desk.example"), ("http://desk.example:443", "http://desk.example:443"),
        ("https://[2001:DB8:0::7]:8443", "https://[2001:db8::7]:8443"), ("http://localhost:8000", "http://localhost:8000"),
        ("https://xn--dsk-bma.example", "https://xn--dsk-bma.example"),
    ],
)  # fmt: skip
def test_an_origin_is_kept_as_browsers_send_it(written, sent):
    assert read_settings({"DESK_ORIGINS": written}).origins == {sent}


def test_in_production_the_desk_knows_under_which_hosts_it_is_reached():
    production = {"DESK_ENV": "production"}
    with pytest.raises(SettingsError, match="DESK_HOSTS must name the hosts"):
        read_settings(production)
    named = production | {"DESK_HOSTS": "Desk.Example, [2001:DB8::0:7],"}
    assert read_settings(named).hosts == {"desk.example", "[2001:db8::7]"}
    by_origins = production | {"DESK_ORIGINS": "https://desk.example:8443, https://[::1]"}
    assert read_settings(by_origins).hosts == {"desk.example", "[::1]"}
    assert read_settings(by_origins | {"DESK_HOSTS": "other.example"}).hosts == {"other.example"}
    assert read_settings({"DESK_ORIGINS": "https://desk.example"}).hosts == frozenset()


@pytest.mark.parametrize(
    "url", ["mysql://desk:secret@db/desk", "postgresql://desk:secret@db", "postgresql://desk:secret@[/d"]
)
def test_the_error_does_not_print_the_password_of_the_database(url):
    with pytest.raises(SettingsError) as refused:
        read_settings({"DATABASE_URL": url})
    assert "secret" not in str(refused.value)
