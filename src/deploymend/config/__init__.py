"""`deploymend.toml` and the environment, as one frozen `Config`.

Secrets come from the environment or a keyring only. Unknown keys are refused, with what was perhaps meant.
"""

from deploymend.config.model import Config, ProjectConfig
from deploymend.config.places import cache_folder, state_folder
from deploymend.config.policy import policy_of
from deploymend.config.reading import FILE_NAME, find_config, is_remote, nearest_config, parse_config, read_config
from deploymend.config.secrets import resolve, vercel_token

__all__ = [
    "FILE_NAME",
    "Config",
    "ProjectConfig",
    "cache_folder",
    "find_config",
    "is_remote",
    "nearest_config",
    "parse_config",
    "policy_of",
    "read_config",
    "resolve",
    "state_folder",
    "vercel_token",
]
