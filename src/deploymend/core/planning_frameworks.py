"""The frameworks a platform knows: how each is noticed in package.json, built, and where its output lands.

Source: vercel.com/docs/frameworks and the table of the npm package `@vercel/frameworks`. Order matters: the first row
whose package is declared wins, so a framework stands before the bundler it is made of.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """One row. `output` None: the framework's own builder knows where to look (Next.js, Build Output API)."""

    slug: str
    packages: tuple[str, ...]
    build: str | None
    output: str | None


def _row(slug: str, packages: str, build: str | None, output: str | None) -> Framework:
    return Framework(slug=slug, packages=tuple(packages.split()), build=build, output=output)


FRAMEWORKS: tuple[Framework, ...] = (
    _row("blitzjs", "blitz", "blitz build", None),
    _row("nextjs", "next", "next build", None),
    _row("gatsby", "gatsby", "gatsby build", "public"),
    _row("remix", "@remix-run/dev", "remix build", "public"),
    _row("react-router", "@react-router/dev", "react-router build", "build"),
    _row("astro", "astro", "astro build", "dist"),
    _row("hexo", "hexo", "hexo generate", "public"),
    _row("eleventy", "@11ty/eleventy", "npx @11ty/eleventy", "_site"),
    _row("docusaurus-2", "@docusaurus/core", "docusaurus build", "build"),
    _row("solidstart-1", "@solidjs/start", "vinxi build", ".output"),
    _row("tanstack-start", "@tanstack/react-start @tanstack/solid-start", "vite build", "dist"),
    _row("sveltekit-1", "@sveltejs/kit", "vite build", "public"),
    _row("nuxtjs", "nuxt nuxt3 nuxt-edge nuxt-nightly", "nuxt build", "dist"),
    _row("redwoodjs", "@redwoodjs/core", "yarn rw deploy vercel", None),
    _row("hydrogen", "@shopify/hydrogen", "shopify hydrogen build", "dist"),
    _row("sanity", "sanity", "sanity build", "dist"),
    _row("mastra", "mastra", "mastra build", ".mastra"),
    _row("vitepress", "vitepress", "vitepress build docs", "docs/.vitepress/dist"),
    _row("vuepress", "vuepress", "vuepress build src", "src/.vuepress/dist"),
    _row("ionic-angular", "@ionic/angular", "ng build", "www"),
    _row("angular", "@angular/cli", "ng build", "dist"),
    _row("ionic-react", "@ionic/react", "react-scripts build", "build"),
    _row("create-react-app", "react-scripts", "react-scripts build", "build"),
    _row("preact", "preact-cli", "preact build", "build"),
    _row("gridsome", "gridsome", "gridsome build", "dist"),
    _row("umijs", "umi", "umi build", "dist"),
    _row("ember", "ember-cli ember-source", "ember build", "dist"),
    _row("stencil", "@stencil/core", "stencil build", "www"),
    _row("vue", "@vue/cli-service", "vue-cli-service build", "dist"),
    _row("nitro", "nitro nitropack", "nitro build", "dist"),
    _row("svelte", "sirv-cli", "rollup -c", "public"),
    _row("parcel", "parcel", "parcel build", "dist"),
    _row("vite", "vite", "vite build", "dist"),
    _row("storybook", "storybook", "storybook build", "storybook-static"),
)


def detect_framework(declared: Collection[str]) -> Framework | None:
    """The framework of a project that declares these packages; None when none is known."""
    return next((row for row in FRAMEWORKS if any(name in declared for name in row.packages)), None)


def framework_named(slug: str | None) -> Framework | None:
    """The row of a platform's slug; None for none, and for one we do not know."""
    return next((row for row in FRAMEWORKS if row.slug == slug), None)
