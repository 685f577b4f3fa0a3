"""`deploymend.toml`: what is read, and how each mistake is told."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from deploymend.config import Config, find_config, is_remote, parse_config, policy_of, read_config
from deploymend.config.reading import MAX_BYTES
from deploymend.config.writing import to_toml
from deploymend.core.policy import Delivery, OnFailure, Policy
from deploymend.errors import ConfigurationError

PROJECT = '[[projects]]\nname = "shop"\n'


def problem(text: str) -> str:
    """What is said about a broken text."""
    with pytest.raises(ConfigurationError) as caught:
        parse_config(text)
    assert caught.value.next_step
    return caught.value.message


def test_an_empty_file_gives_the_seeds_defaults() -> None:
    """30 s between looks, 10 minutes a deployment, 5 to appear, 3 attempts, 2 minutes apart, told of both endings."""
    config = parse_config("")
    watch, recovery, notify = config.watch, config.recovery, config.notify
    assert (watch.check_interval_seconds, watch.max_wait_seconds, watch.deployment_timeout_seconds) == (30, 600, 300)
    assert (recovery.max_attempts, recovery.cooldown_seconds) == (3, 120)
    assert (notify.success, notify.failure, notify.silent_recovery, notify.targets) == (True, True, True, ("console",))


def test_every_setting_reaches_the_policy() -> None:
    """What the core decides by is what the file says; the defaults of both are the same."""
    config = parse_config(
        '[[projects]]\nname = "shop"\ndelivery = "preview-first"\n'
        '[recovery]\nmax_attempts = 1\ncooldown_seconds = 0\non_failure = "revert"\nauthors = ["Ada@Shop.example"]\n'
        "[watch]\ncheck_interval_seconds = 5\nmax_wait_seconds = 60\ndeployment_timeout_seconds = 50\n"
        "[notify]\nsuccess = false\nfailure = false\n"
    )
    policy = policy_of(config, config.projects[0])
    assert (policy.max_attempts, policy.cooldown_seconds, policy.on_failure) == (1, 0, OnFailure.REVERT)
    assert (policy.delivery, policy.authors) == (Delivery.PREVIEW_FIRST, ("ada@shop.example",))
    assert (policy.check_interval_seconds, policy.max_wait_seconds, policy.deployment_timeout_seconds) == (5, 60, 50)
    assert (policy.notify_success, policy.notify_failure) == (False, False)
    plain = parse_config(PROJECT)
    assert policy_of(plain, plain.projects[0]) == Policy()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[recovery]\nmax_atempts = 3",
            "deploymend.toml:2: recovery.max_atempts is not a setting; did you mean max_at",
        ),
        ("[watch]\nmax_attempts = 3", "did you mean max_attempts in [recovery]?"),
        ("max_attempts = 3", "did you mean max_attempts in [recovery]?"),
        (PROJECT + '[[projects]]\nname = "b"\nteem = "x"', "deploymend.toml:5: projects[2].teem is not a setting"),
        ('[[projects]]\nteam = "x"', "deploymend.toml:1: projects[1].name is missing"),
        (PROJECT + PROJECT, "the project 'shop' stands here twice"),
        ("[recovery]\nmax_attempts = 11", "should be less than or equal to 10, not 11"),
        ("[recovery]\nmax_attempts = -1", "should be greater than or equal to 0, not -1"),
        ("[recovery]\nmax_attempts = true", "valid integer, not True"),
        ("[recovery]\nmax_attempts = 2.5", "valid integer, not 2.5"),
        ('[watch]\ncheck_interval_seconds = "30"', "watch.check_interval_seconds: input should be a valid number"),
        ("[watch]\ncheck_interval_seconds = 0", "greater than or equal to 0.05"),
        ("[watch]\nmax_wait_seconds = inf", "finite number"),
        ("[watch]\nmax_wait_seconds = 20", "check_interval_seconds must not be longer than max_wait_seconds"),
        ('[notify]\ntargets = ["bell"]', "'bell' is neither \"console\" nor the name of an environment variable"),
        ('[notify]\nsuccess = "yes"', "notify.success: input should be a valid boolean"),
        ('[recovery]\nauthors = ["ada"]', "'ada' is not an e-mail address"),
        ('[[projects]]\nname = "a"\nbranches = ["ma in"]', "'ma in' is not a name that git allows for a branch"),
        ('[[projects]]\nname = "a"\nplatform = "netlify"', "input should be 'vercel', not 'netlify'"),
        ('[[projects]]\nname = ""', "projects[1].name"),
        ('[gate]\nallow = ["any-typ"]', "'any-typ' is not a rule of the gate; did you mean 'any-type'?"),
        ('[vercel]\napi_url = "http://api.vercel.com"', "use https"),
        ('[vercel]\napi_url = "ftp://x"', "must be an address such as https://api.vercel.com"),
        ('[storage]\ndatabase_url = "mysql://host/db"', "must start with sqlite:/// or postgresql://"),
        ("[watch\nx = 1", "not valid TOML: "),
        ("[watch]\nx = 1\nx = 2", "Cannot overwrite a value"),
    ],
)
def test_each_mistake_is_told_with_its_place(text: str, said: str) -> None:
    """The line where the tool can know it, the setting, and what was meant."""
    assert said in problem(text)


@pytest.mark.parametrize(
    "text",
    [
        '[notify]\ntargets = ["slack://T0KEN/S3CRET/x"]',
        '[storage]\ndatabase_url = "postgresql://me:S3CRET@db/x"',
        '[storage]\ndatabase_url = "postgresql://db/x?password=S3CRET"',
        '[vercel]\napi_url = "https://me:S3CRET@api.vercel.com"',
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(text: str) -> None:
    """The message says where a secret belongs and does not show it."""
    said = problem(text)
    assert "must not stand" in said
    assert "S3CRET" not in said


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    """Nobody mends one, to be told of the next; at most twenty are shown."""
    said = problem("[watch]\n" + "".join(f"k{number:02} = 1\n" for number in range(30)))
    assert said.splitlines()[0].startswith("deploymend.toml:2: watch.k00")
    assert said.splitlines()[-1] == "… and 10 more"


@pytest.mark.parametrize("depth", [200, 5_000])
def test_deep_nesting_is_an_error_of_the_file(depth: int) -> None:
    """A hostile file ends in a message, not in a crash."""
    assert problem("x = " + "[" * depth + "]" * depth)


def test_relative_paths_count_from_the_file(tmp_path: Path) -> None:
    """Wherever the command is run; addresses of remotes are left alone."""
    (tmp_path / "deploymend.toml").write_text(
        PROJECT + '[[projects]]\nname = "b"\nrepository = "git@github.com:acme/b.git"\n[memory]\nfolder = "notes"\n'
    )
    config = read_config(tmp_path / "deploymend.toml")
    assert config.projects[0].repository == str(tmp_path.resolve())
    assert config.projects[1].repository == "git@github.com:acme/b.git"
    assert config.memory.folder == tmp_path.resolve() / "notes"


@pytest.mark.parametrize(
    ("repository", "remote"),
    [
        ("https://h/x", True),
        ("ssh://h/x", True),
        ("git@h:x/y", True),
        ("../x", False),
        ("./a:b", False),
        ("C:x", False),
    ],
)
def test_addresses_are_told_from_paths_as_git_does(repository: str, remote: bool) -> None:  # noqa: FBT001 - a table
    """A colon before the first slash makes it an address."""
    assert is_remote(repository) is remote


def test_the_nearest_file_upwards_is_found(tmp_path: Path) -> None:
    """As with git: from any folder below."""
    below = tmp_path / "apps" / "web"
    below.mkdir(parents=True)
    with pytest.raises(ConfigurationError, match=r"there is no deploymend\.toml"):
        find_config(below)
    (tmp_path / "deploymend.toml").write_text("")
    assert find_config(below) == tmp_path.resolve() / "deploymend.toml"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe[\x00", "not UTF-8"),
        (b'a = 1\nb = "\xe9"', ":2: the file is not UTF-8"),
        (b"#" * (MAX_BYTES + 1), "larger than 1 MB"),
        (b"\x00", "not valid TOML"),
    ],
)
def test_a_file_that_cannot_be_settings_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    """Wrong encoding, too large, binary."""
    path = tmp_path / "deploymend.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=said):
        read_config(path)


def test_a_path_that_is_no_file_is_told(tmp_path: Path) -> None:
    """Missing, or a folder."""
    with pytest.raises(ConfigurationError, match="does not exist"):
        read_config(tmp_path / "x.toml")
    with pytest.raises(ConfigurationError, match="is a folder"):
        read_config(tmp_path)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    """Some editors write one."""
    path = tmp_path / "deploymend.toml"
    path.write_bytes(b"\xef\xbb\xbf" + PROJECT.encode())
    assert read_config(path).projects[0].name == "shop"


def test_written_settings_read_back_the_same() -> None:
    """Names with quotes, backslashes, control characters and other scripts survive."""
    name = 'sh"o\\p\x7f ✗ 店'
    text = to_toml(projects=[{"name": name, "team": None}], groups={"recovery": {"cooldown_seconds": 0.5}, "watch": {}})
    config = parse_config(text)
    assert (config.projects[0].name, config.projects[0].team, config.recovery.cooldown_seconds) == (name, None, 0.5)
    assert "watch" not in tomllib.loads(text)


def test_settings_do_not_change_after_reading() -> None:
    """A frozen record, at each level."""
    config = Config()
    with pytest.raises(ValueError, match="frozen"):
        config.recovery.max_attempts = 5
