"""Settings: where they come from, what is refused, the secret key that is made once."""

from dataclasses import replace
from pathlib import Path

import pytest

from trainer.settings import SettingsError, load_settings, prepared

GOOD_KEY = "k3y-that-is-long-enough-0123456789-abcdef"


def test_defaults_are_an_sqlite_file_in_var_and_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings({})
    assert settings.data_dir == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/trainer.sqlite3"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.smtp_url is None
    assert (settings.courses.name, settings.banks.name) == ("courses", "question_banks")
    assert not settings.data_dir.exists(), "reading settings touches no disk"


def test_environment_is_read_and_converted() -> None:
    settings = load_settings(
        {
            "TRAINER_BASE_URL": "https://learn.example.org/",
            "TRAINER_DATABASE_URL": "postgres://u:p@db/trainer",
            "TRAINER_TRUSTED_HOSTS": "a.example.org, b.example.org",
            "TRAINER_PROXY_HOPS": "1",
            "TRAINER_FONTS": "/srv/fonts",
            "TRAINER_SMTP_URL": "",
            "PATH": "/bin",
        }
    )
    assert settings.base_url == "https://learn.example.org"
    assert settings.database_url == "postgresql+psycopg://u:p@db/trainer"
    assert settings.trusted_hosts == ("a.example.org", "b.example.org")
    assert settings.proxy_hops == 1
    assert settings.fonts == Path("/srv/fonts")
    assert settings.smtp_url is None, "empty is as good as not set"


def test_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "trainer.toml"
    file.write_text('base_url = "https://a.example"\nproxy_hops = 2\ntrusted_hosts = ["x", "y"]\n', encoding="utf-8")
    settings = load_settings({"TRAINER_CONFIG": str(file), "TRAINER_BASE_URL": "https://b.example"})
    assert settings.base_url == "https://b.example"
    assert settings.proxy_hops == 2
    assert settings.trusted_hosts == ("x", "y")


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"TRAINER_DATABSE_URL": "sqlite:///x"}, "Did you mean TRAINER_DATABASE_URL?"),
        ({"TRAINER_XYZZY": "1"}, "Known are: BANKS"),
        ({"TRAINER_DATABASE_URL": "mysql://x"}, "must begin with sqlite"),
        ({"TRAINER_BASE_URL": "learn.example.org"}, "must look like"),
        ({"TRAINER_BASE_URL": "https://x/?a=1"}, "must look like"),
        ({"TRAINER_BASE_URL": "https://x/learn"}, "no path"),
        ({"TRAINER_BASE_URL": "https://x:abc"}, "must look like"),
        ({"TRAINER_BASE_URL": "https://u:p@x"}, "must look like"),
        ({"TRAINER_TRUSTED_HOSTS": "a.example.org,*"}, "one by one"),
        ({"TRAINER_TRUSTED_HOSTS": "https://a.example.org"}, "one by one"),
        ({"TRAINER_DATABASE_URL": "sqlite:///"}, "must name a file"),
        ({"TRAINER_DATABASE_URL": "sqlite:///:memory:"}, "must name a file"),
        ({"TRAINER_DATABASE_URL": "sqlite:///file:x?uri=true"}, "must name a file"),
        ({"TRAINER_DATABASE_URL": "postgresql://u:p@h:abc/x"}, "no address of a database"),
        ({"TRAINER_SMTP_URL": "mail.example.org"}, "must look like smtp://"),
        ({"TRAINER_SMTP_URL": "foo"}, "must look like smtp://"),
        ({"TRAINER_SMTP_URL": "http://x"}, "must look like smtp://"),
        ({"TRAINER_SMTP_URL": "smtp://"}, "must look like smtp://"),
        ({"TRAINER_SMTP_URL": "smtp://h:abc"}, "must look like smtp://"),
        ({"TRAINER_SMTP_URL": "smtp://h/inbox"}, "must look like smtp://"),
        ({"TRAINER_SMTP_URL": "smtp://h?encryption=none"}, "must look like smtp://"),
        ({"TRAINER_SMTP_URL": "smtp://u:pa/ss@h:25"}, "must look like smtp://"),
        ({"TRAINER_PROXY_HOPS": "-1"}, "0 to 5"),
        ({"TRAINER_PROXY_HOPS": "6"}, "0 to 5"),
        ({"TRAINER_PROXY_HOPS": "²"}, "0 to 5"),
        ({"TRAINER_SECRET_KEY": "changeme"}, "at least 32 characters"),
        ({"TRAINER_SECRET_KEY": "a" * 64}, "that nobody can guess"),
        ({"TRAINER_SECRET_KEY": GOOD_KEY, "TRAINER_SECRET_KEY_FALLBACKS": "old"}, "at least 32"),
        ({"TRAINER_CONFIG": "/nowhere/trainer.toml"}, "cannot be read"),
    ],
)
def test_setting_that_cannot_be_meant_is_refused_with_advice(environ: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=r"(?s).*") as refused:
        load_settings(environ)
    assert says in str(refused.value)


@pytest.mark.parametrize("text", ["base_url = ", "proxy_hops = 1.5", "proxy_hops = true", 'trusted_hosts = ["a", 1]'])
def test_file_with_something_else_in_it_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "trainer.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"trainer\.toml"):
        load_settings({"TRAINER_CONFIG": str(file)})


def test_names_for_the_test_suite_are_not_refused() -> None:
    assert load_settings({"TRAINER_TEST_DATABASE": "postgresql"}) == load_settings({})


def test_secret_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    settings = load_settings({"TRAINER_DATA_DIR": str(tmp_path / "data")})
    first = prepared(settings)
    assert len(first.secret_key) >= 32
    assert prepared(settings).secret_key == first.secret_key
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_secret_key_that_is_set_is_used_and_not_written(tmp_path: Path) -> None:
    settings = load_settings({"TRAINER_DATA_DIR": str(tmp_path), "TRAINER_SECRET_KEY": GOOD_KEY})
    assert prepared(settings) == settings
    assert not (tmp_path / "secret-key").exists()


def test_secret_key_file_that_was_emptied_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("short", encoding="ascii")
    settings = load_settings({"TRAINER_DATA_DIR": str(tmp_path)})
    with pytest.raises(SettingsError):
        prepared(replace(settings, secret_key=""))
