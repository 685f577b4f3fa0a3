"""The environment of a build: what the platform sets, and how the package managers are told to behave in the sandbox.

Source: vercel.com/docs/environment-variables/system-environment-variables. Values of a project's own variables never
enter this process, so they are not here.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from deploymend.core.plan import BuildPlan
from deploymend.shell.build_slot import CACHE
from deploymend.shell.registry import RegistryAccess

_QUIET = (
    "NEXT_TELEMETRY_DISABLED",
    "ASTRO_TELEMETRY_DISABLED",
    "GATSBY_TELEMETRY_DISABLED",
    "NUXT_TELEMETRY_DISABLED",
    "STORYBOOK_DISABLE_TELEMETRY",
    "TURBO_TELEMETRY_DISABLED",
    "CHECKPOINT_DISABLE",
    "DO_NOT_TRACK",
    # Downloads of browsers from hosts that are no registry: a build does not need them.
    "PUPPETEER_SKIP_DOWNLOAD",
    "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
)


def platform_variables(*, commit_sha: str, branch: str, production: bool) -> dict[str, str]:
    """What Vercel sets for every build."""
    target = "production" if production else "preview"
    return {
        "CI": "1",
        "VERCEL": "1",
        "NOW_BUILDER": "1",
        "VERCEL_ENV": target,
        "VERCEL_TARGET_ENV": target,
        "VERCEL_URL": "build.invalid",
        "VERCEL_GIT_PROVIDER": "github",
        "VERCEL_GIT_COMMIT_SHA": commit_sha,
        "VERCEL_GIT_COMMIT_REF": branch,
    }


def tool_variables(
    plan: BuildPlan, inside: PurePosixPath, npmrc: PurePosixPath, access: RegistryAccess
) -> dict[str, str]:
    """How the managers find their registry, keep their cache on the job's disk, and stay quiet."""
    cache = inside / CACHE
    variables = dict.fromkeys(_QUIET, "1") | {
        "CYPRESS_INSTALL_BINARY": "0",
        "HUSKY": "0",
        "npm_config_userconfig": str(npmrc),
        "npm_config_globalconfig": "/dev/null",
        "npm_config_cache": str(cache / "npm"),
        "YARN_CACHE_FOLDER": str(cache / "yarn"),
        "YARN_GLOBAL_FOLDER": str(cache / "yarn-global"),
        "YARN_NODE_LINKER": "node-modules",
        "YARN_ENABLE_GLOBAL_CACHE": "false",
        "YARN_ENABLE_TELEMETRY": "0",
        "BUN_INSTALL_CACHE_DIR": str(cache / "bun"),
        "XDG_CACHE_HOME": str(cache / "other"),
    }
    if access.certificate_variable is not None:
        variables["NODE_EXTRA_CA_CERTS"] = str(access.certificate_variable)
    if plan.manager == "pnpm":
        # npm would complain of settings that only pnpm knows.
        variables["npm_config_store_dir"] = str(cache / "pnpm")
        variables["npm_config_manage_package_manager_versions"] = "false"
    settings = dict(access.settings)
    if plan.manager == "yarn" and "cafile" in settings:
        variables["YARN_HTTPS_CA_FILE_PATH"] = settings["cafile"]
        variables["npm_config_cafile"] = settings["cafile"]
    return variables
