"""The file of the keys, and the commands about it."""

import os
import stat

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.robots.keys import KeyFile, KeysError, KeyText, SigningKey
from tests.databases import run_app
from tests.server import Server


@pytest.fixture
def file(tmp_path):
    return KeyFile(tmp_path / "keys.pem")


def pem(private):
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_a_new_key_is_read_by_nobody_else_and_what_it_signs_is_its_own(file):
    key = file.add()
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert [each.id for each in KeyFile(file.path).all()] == [key.id]
    assert key.public.key_size == 2048
    other = SigningKey.new()
    from base64 import b64decode

    signature = b64decode(key.sign(b"valid"))
    assert key.has_signed(b"valid", signature)
    assert not key.has_signed(b"Valid", signature)
    assert not other.has_signed(b"valid", signature)


def test_the_oldest_signs_until_it_is_retired_and_there_are_two_at_a_time(file):
    first, second = file.add(), file.add()
    assert [key.id for key in file.all()] == [first.id, second.id]
    with pytest.raises(KeysError, match=f"retire {first.id} first"):
        file.add()
    file.retire(first.id)
    assert [key.id for key in file.all()] == [second.id]
    with pytest.raises(KeysError, match="the only key"):
        file.retire(second.id)
    with pytest.raises(KeysError, match="there is no key 0123"):
        file.retire("0123")
    assert [key.id for key in file.all()] == [second.id]
    assert os.listdir(file.path.parent) == ["keys.pem"]


def test_a_file_that_others_can_read_is_refused_in_words(file):
    file.add()
    file.path.chmod(0o640)
    with pytest.raises(KeysError, match=r"others can read .*: chmod 600"):
        file.all()


def test_what_is_no_key_of_ours_is_refused_in_words():
    small = pem(rsa.generate_private_key(65_537, 1024))
    for text, words in (
        (small, "RSA keys of 2048 bits"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "RSA keys of 2048 bits"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "cannot be read"),
        (b"my key", "nothing else"),
        (b"".join(SigningKey.new().pem for _ in range(3)), "holds 3 keys"),
    ):
        with pytest.raises(KeysError, match=words):
            KeyText(text.decode())


def test_the_commands_make_list_and_retire(database, tmp_path, monkeypatch):
    monkeypatch.setenv("DESK_ROBOT_KEYS", str(tmp_path / "robots.pem"))
    url = database.fresh()

    def keys(*arguments, code=0):
        done = run_app(url, "-m", "app", "keys", *arguments, check=False)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    assert keys("list") == ""
    assert "is made" in keys("new")
    assert keys("new", "--once") == ""
    first = keys("list").split()[0]
    assert f"{first} signs" in keys("new")
    assert "retire" in keys("new", code=1)
    assert [line.split()[1:] for line in keys("list").splitlines()[::2]] == [["signs"], ["will", "sign"]]
    assert f"{first} is gone" in keys("retire", first)
    assert "there is no key" in keys("retire", first, code=1)
    (tmp_path / "robots.pem").chmod(0o644)
    assert "chmod 600" in keys("list", code=1)
    with pytest.raises(RuntimeError, match="chmod 600"), Server(url, log=tmp_path / "server.log"):
        pass


def test_keys_in_the_environment_sign_and_are_changed_there(database, tmp_path, monkeypatch):
    key = SigningKey.new()
    monkeypatch.setenv("DESK_ROBOT_KEYS_PEM", key.pem.decode())
    url = database.fresh()
    assert key.id in run_app(url, "-m", "app", "keys", "list").stdout
    refused = run_app(url, "-m", "app", "keys", "new", check=False)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "change them there" in refused.stderr
    with Server(url, log=tmp_path / "server.log") as server:
        assert server.client().get("/robot/keys").text == f"key={key.id}\nmodulus={key.modulus}\nexponent=65537\n"
