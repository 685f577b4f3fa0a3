"""Vercel's own refusals: vercel.json, functions, sizes, plans, and failures of the build system itself.

Wording of vercel.com/docs/errors and of the builders in github.com/vercel/vercel (packages/build-utils, packages/next).
"""

from __future__ import annotations

import re

from deploymend.core.model import Category, Cause
from deploymend.core.signatures.rows import ASK, AUTO, PERSON, kinds_of, line
from deploymend.core.signatures.signature import Family
from deploymend.core.signatures.spot import Spot

_config, _resource, _network = (
    kinds_of(c) for c in (Category.CONFIGURATION, Category.RESOURCE, Category.INFRASTRUCTURE)
)
_framework = kinds_of(Category.FRAMEWORK)
_RUNTIME_INSTALL = re.compile(r"^Installing build runtime")
_FUNCTION = r"\"(?P<file>[^\"]+)\""


def _internal(spot: Spot) -> Cause | None:
    """`Error: Exited with 1` alone says nothing; while the platform installs its own runtime it is the platform's."""
    installing = spot.find_above(_RUNTIME_INSTALL, 6)
    return spot.cause(evidence=[installing[1].string]) if installing else None


FAMILY = Family(
    kinds=(
        _config(
            "vercel-json-runtime",
            AUTO,
            "Delete the `runtime` of Vercel's own runtimes from `functions` in vercel.json.",
        ),
        _config("vercel-json-invalid", ASK, "Mend vercel.json as the message says."),
        _config("vercel-json-conflicts", ASK, "Remove one of the two properties from vercel.json."),
        _config(
            "invalid-function-runtime", ASK, "Update the framework's Vercel adapter, or Node, to one that is supported."
        ),
        _config("invalid-max-duration", AUTO, "Lower `maxDuration` to what the plan allows."),
        _config("plan-restricted-regions", PERSON, "Choose one region, or a plan that allows several."),
        _config("function-memory", PERSON, "Lower the function's memory to what the plan allows."),
        _config("vulnerable-next-version", AUTO, "Update next to the patched version of the same minor line."),
        _resource(
            "function-size-limit", PERSON, "Look at the largest files the function traces, and exclude or move them."
        ),
        _resource("edge-size-limit", PERSON, "Import less into the edge function, or run it on Node."),
        _resource("function-count-limit", PERSON, "Combine functions, or use a plan that allows more."),
        _resource("build-timeout", PERSON, "Find what does not end: an open database handle or a watcher is typical."),
        _resource("isr-payload", PERSON, "Make the page smaller, or render it on request."),
        _resource("quota-exceeded", PERSON, "The plan's limit is reached: wait until it resets, or change the plan."),
        _network("vercel-internal-error", PERSON, "Deploy again; if it stays, see vercel-status.com.", retryable=True),
        _network("clone-failed", PERSON, "Check that Vercel may read the repository and its submodules."),
        _network(
            "commit-author", PERSON, "Add the commit's author to the team, or commit with the address of a member."
        ),
        _framework("next-edge-unsupported", ASK, "Use an API the Edge Runtime has, or run the route on Node."),
    ),
    signatures=(
        line("vercel-json-runtime", r"Function Runtimes must have a valid version", file="vercel.json"),
        line(
            "vercel-json-invalid",
            r"vercel\.json` schema validation failed|Invalid vercel\.json|should NOT have additional property "
            r"`(?P<symbol>[^`]+)`|Couldn't parse JSON file .*vercel\.json",
            file="vercel.json",
        ),
        line(
            "vercel-json-conflicts",
            r"property cannot be used in conjunction with|then `routes` cannot be present|defined in `functions` "
            r"doesn't match any Serverless Functions",
            file="vercel.json",
        ),
        line(
            "invalid-function-runtime",
            r"Serverless Functions? contain an? invalid \"?runtime\"?|The Runtime \"(?P<symbol>[^\"]+)\" (?:used "
            r"by|is using)",
        ),
        line(
            "invalid-max-duration",
            rf"Builder returned invalid maxDuration value for (?:Serverless|Edge)? ?Function {_FUNCTION}",
        ),
        line(
            "plan-restricted-regions",
            r"multiple regions is restricted to|Deploying (?:Serverless|Edge)? ?Functions to multiple regions",
        ),
        line("function-memory", r"Serverless Functions are limited to \d+ ?[mM]b of memory|limited to 1024 of memory"),
        line("vulnerable-next-version", r"Vulnerable version of Next\.js detected", file="package.json"),
        line(
            "function-size-limit", rf"The Serverless Function {_FUNCTION} is [^ ]+ which exceeds the maximum size limit"
        ),
        line("function-size-limit", r"Serverless Function has exceeded the unzipped maximum size"),
        line("edge-size-limit", rf"The Edge Function {_FUNCTION} size is .* and your plan size limit is"),
        line("function-count-limit", r"No more than \d+ Serverless Functions can be added to a Deployment"),
        line(
            "build-timeout",
            r"Build step did not complete within the maximum of|^Error: The build (?:exceeded|took longer than) "
            r"the maximum",
        ),
        line("isr-payload", r"Oversized Incremental Static Regeneration"),
        line(
            "quota-exceeded",
            r"^(?:Error: )?(?:Resource is limited|You have exceeded your|Your Team .* has exceeded|Upgrade your "
            r"plan to)",
        ),
        line("vercel-internal-error", r"^[ \t]*Error: Exited with \d+", read=_internal),
        line(
            "vercel-internal-error",
            r"We encountered an internal error\. Please try again|^(?:Error: )?(?:An unexpected|Unexpected) "
            r"(?:internal )?error(?: happened| occurred)?(?: when running this build)?\. (?:We have been "
            r"notified|Please try again)",
        ),
        line(
            "clone-failed",
            r"There was a permanent problem cloning the repo|^fatal: could not read Username for|Command failed "
            r"with exit code 128: (?:\S*/)?git clone",
        ),
        line(
            "commit-author",
            r"must have access to the (?:project|team)|The Deployment was blocked because|commit author (?:does "
            r"not have|did not have|must be)",
        ),
        line("next-edge-unsupported", rf"The Edge Function {_FUNCTION} is referencing unsupported modules"),
    ),
)
