"""What Vercel decides when a commit arrives: build it, block it, or leave it, and which older builds it replaces."""

from __future__ import annotations

from deploymend.loopback.account import Account
from deploymend.loopback.building import Builds
from deploymend.loopback.fault_table import Stage
from deploymend.loopback.faults import Facts, Fault, FaultBook
from deploymend.loopback.ids import new_id, new_slug
from deploymend.loopback.model import Commit, Deployment, Project, ReadyState
from deploymend.loopback.webhook_sender import WebhookSender

_BLOCK_REASON = "The deployment was blocked because the commit author is not a member of the team."


class Launcher:
    """Makes deployments of commits."""

    def __init__(self, account: Account, builds: Builds, faults: FaultBook, webhooks: WebhookSender) -> None:
        self._account = account
        self._builds = builds
        self._faults = faults
        self._webhooks = webhooks

    async def pushed(self, project: Project, commit: Commit, *, source: str = "git") -> Deployment | None:
        """A new tip of a branch. None when the branch's commit has a deployment already, or a fault hides the push."""
        target = "production" if commit.ref == project.production_branch else None
        if self.existing(project, commit, target):
            return None
        fault = self._faults.strike(Stage.PUSH, _facts(project, commit))
        if fault and fault.name == "push-ignored":
            return None
        for older in self._unfinished(project, commit.ref):
            await self._builds.cancel(older.id, reason="A newer commit was pushed to the branch.")
        deployment = self._record(project, commit, target=target, source=source)
        return await self._admit(project, deployment, fault)

    async def requested(
        self,
        project: Project,
        commit: Commit,
        *,
        target: str | None,
        source: str,
        meta: dict[str, str],
        use_cache: bool,
    ) -> Deployment:
        """A deployment that an API call asks for: a redeploy, a promotion, a build of a commit."""
        deployment = self._record(project, commit, target=target, source=source, meta=meta, use_cache=use_cache)
        fault = self._faults.strike(Stage.PUSH, _facts(project, commit))
        return await self._admit(project, deployment, fault)

    def existing(self, project: Project, commit: Commit, target: str | None) -> Deployment | None:
        """The newest deployment of the same commit, branch and target: Vercel does not build the same twice unasked."""
        for found in self._account.newest_first(project.id):
            same = (found.commit.sha, found.commit.ref, found.target) == (commit.sha, commit.ref, target)
            if same and found.state is not ReadyState.DELETED:
                return found
        return None

    def _unfinished(self, project: Project, branch: str) -> list[Deployment]:
        found = self._account.newest_first(project.id)
        return [old for old in found if old.commit.ref == branch and not old.state.final]

    def _record(
        self,
        project: Project,
        commit: Commit,
        *,
        target: str | None,
        source: str,
        meta: dict[str, str] | None = None,
        use_cache: bool = True,
    ) -> Deployment:
        return self._account.put_deployment(
            Deployment(
                id=new_id("dpl_"),
                name=project.name,
                project_id=project.id,
                slug=new_slug(project.name),
                created_ms=self._account.next_created_ms(),
                commit=commit,
                target=target,
                source=source,
                use_cache=use_cache,
                meta=git_meta(project, commit) | (meta or {}),
                build_id=new_id("bld_", length=9),
                aliases=(project.name if target == "production" else branch_alias(project, commit.ref),),
            )
        )

    async def _admit(self, project: Project, deployment: Deployment, fault: Fault | None) -> Deployment:
        self._webhooks.tell("deployment.created", deployment)
        allowed = project.allowed_authors
        unknown = bool(allowed) and deployment.commit.author_email.lower() not in map(str.lower, allowed)
        name = fault.name if fault else ""
        if unknown or name == "author-blocked":
            return self._block(deployment)
        if name == "superseded":
            return await self._builds.cancel(deployment.id, reason="A newer commit was pushed to the branch.")
        self._builds.start(deployment.id)
        return deployment

    def _block(self, deployment: Deployment) -> Deployment:
        seat_block: dict[str, str | bool] = {
            "blockCode": "COMMIT_AUTHOR_REQUIRED",
            "gitProvider": "github",
            "isVerified": False,
        }
        blocked = self._account.change(
            deployment.id, state=ReadyState.BLOCKED, seat_block=seat_block, state_reason=_BLOCK_REASON
        )
        self._webhooks.tell("deployment.blocked", blocked)
        return blocked


def git_meta(project: Project, commit: Commit) -> dict[str, str]:
    """The commit's facts, all as text, under the keys that deployments from GitHub carry."""
    organization, name, number = project.organization, project.repository_name, str(project.repository_id)
    return {
        "githubCommitSha": commit.sha,
        "githubCommitRef": commit.ref,
        "githubCommitMessage": commit.message,
        "githubCommitAuthorName": commit.author_name,
        "githubCommitAuthorEmail": commit.author_email,
        "githubCommitAuthorLogin": commit.author_email.split("@", 1)[0],
        "githubCommitOrg": organization,
        "githubCommitRepo": name,
        "githubCommitRepoId": number,
        "githubOrg": organization,
        "githubRepo": name,
        "githubRepoId": number,
        "githubRepoOwnerType": "Organization",
        "githubRepoVisibility": "private",
        "githubDeployment": "1",
        "branchAlias": branch_alias(project, commit.ref),
    }


def branch_alias(project: Project, branch: str) -> str:
    """`storefront-git-fix-cart`: the address that follows a branch."""
    label = "".join(letter if letter.isalnum() else "-" for letter in branch.lower())
    return f"{project.name}-git-{label}"


def _facts(project: Project, commit: Commit) -> Facts:
    return Facts(project=(project.id, project.name), branch=commit.ref, sha=commit.sha)
