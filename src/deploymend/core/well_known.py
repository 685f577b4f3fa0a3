"""npm packages so widely used that their exact name is vouched for without the project's own lockfile or history.

Short on purpose: a name stands here when a large share of the world's front-end projects install it (judged by the
registry's monthly downloads and by the frameworks' own templates). It is also the list that misspelt names are held
against, so every name is exact.
"""

from __future__ import annotations

WELL_KNOWN = frozenset(
    """
    @angular/animations @angular/build @angular/cli @angular/common @angular/compiler @angular/compiler-cli
    @angular/core @angular/forms @angular/platform-browser @angular/router
    @apollo/client @astrojs/check @astrojs/mdx @astrojs/node @astrojs/react @astrojs/rss @astrojs/sitemap
    @astrojs/tailwind @astrojs/vercel @auth/core @auth/prisma-adapter @aws-sdk/client-s3
    @babel/core @babel/plugin-transform-runtime @babel/preset-env @babel/preset-react @babel/preset-typescript
    @babel/runtime @biomejs/biome @clerk/nextjs @dnd-kit/core @dnd-kit/sortable @dnd-kit/utilities
    @emotion/cache @emotion/react @emotion/styled @eslint/eslintrc @eslint/js
    @floating-ui/react @floating-ui/react-dom @formkit/auto-animate
    @fortawesome/fontawesome-svg-core @fortawesome/free-brands-svg-icons @fortawesome/free-regular-svg-icons
    @fortawesome/free-solid-svg-icons @fortawesome/react-fontawesome
    @headlessui/react @headlessui/vue @heroicons/react @heroicons/vue @hono/node-server @hookform/resolvers
    @iconify/react @iconify/vue @jest/globals @mantine/core @mantine/hooks @mdx-js/loader @mdx-js/react @mdx-js/rollup
    @mui/icons-material @mui/lab @mui/material @mui/system @mui/x-data-grid @mui/x-date-pickers
    @neondatabase/serverless @nestjs/common @nestjs/core @nestjs/platform-express
    @next/bundle-analyzer @next/eslint-plugin-next @next/mdx @nuxt/content @nuxt/eslint @nuxt/fonts
    @nuxt/icon @nuxt/image @nuxt/kit @nuxt/ui @nuxtjs/tailwindcss @octokit/rest @opentelemetry/api
    @pinia/nuxt @playwright/test @popperjs/core @prisma/adapter-pg @prisma/client
    @radix-ui/react-accordion @radix-ui/react-alert-dialog @radix-ui/react-aspect-ratio @radix-ui/react-avatar
    @radix-ui/react-checkbox @radix-ui/react-collapsible @radix-ui/react-context-menu @radix-ui/react-dialog
    @radix-ui/react-dropdown-menu @radix-ui/react-hover-card @radix-ui/react-icons @radix-ui/react-label
    @radix-ui/react-menubar @radix-ui/react-navigation-menu @radix-ui/react-popover @radix-ui/react-progress
    @radix-ui/react-radio-group @radix-ui/react-scroll-area @radix-ui/react-select @radix-ui/react-separator
    @radix-ui/react-slider @radix-ui/react-slot @radix-ui/react-switch @radix-ui/react-tabs @radix-ui/react-toast
    @radix-ui/react-toggle @radix-ui/react-toggle-group @radix-ui/react-tooltip
    @react-email/components @react-three/drei @react-three/fiber @reduxjs/toolkit
    @remix-run/node @remix-run/react @remix-run/serve @rollup/plugin-commonjs @rollup/plugin-node-resolve
    @sentry/nextjs @sentry/node @sentry/react @sentry/vite-plugin @sindresorhus/is
    @storybook/nextjs @storybook/react @storybook/react-vite @stripe/react-stripe-js @stripe/stripe-js
    @supabase/ssr @supabase/supabase-js @sveltejs/adapter-auto @sveltejs/adapter-node @sveltejs/adapter-static
    @sveltejs/adapter-vercel @sveltejs/kit @sveltejs/vite-plugin-svelte @svgr/webpack
    @t3-oss/env-core @t3-oss/env-nextjs @tabler/icons-react
    @tailwindcss/aspect-ratio @tailwindcss/container-queries @tailwindcss/forms @tailwindcss/postcss
    @tailwindcss/typography @tailwindcss/vite
    @tanstack/query-core @tanstack/react-form @tanstack/react-query @tanstack/react-query-devtools
    @tanstack/react-router @tanstack/react-start @tanstack/react-table @tanstack/react-virtual @tanstack/vue-query
    @testing-library/dom @testing-library/jest-dom @testing-library/react @testing-library/user-event
    @testing-library/vue @tiptap/extension-link @tiptap/pm @tiptap/react @tiptap/starter-kit
    @trpc/client @trpc/next @trpc/react-query @trpc/server @tsconfig/node20 @tsconfig/svelte
    @types/bcrypt @types/bcryptjs @types/cors @types/d3 @types/express @types/fs-extra @types/jest @types/js-cookie
    @types/jsonwebtoken @types/leaflet @types/lodash @types/lodash-es @types/mdx @types/ms @types/node
    @types/nodemailer @types/papaparse @types/pg @types/prismjs @types/qs @types/react @types/react-dom
    @types/react-syntax-highlighter @types/sanitize-html @types/semver @types/sharp @types/three @types/uuid @types/ws
    @typescript-eslint/eslint-plugin @typescript-eslint/parser @unhead/vue
    @upstash/ratelimit @upstash/redis @vercel/analytics @vercel/blob @vercel/edge-config @vercel/kv @vercel/node
    @vercel/og @vercel/postgres @vercel/speed-insights
    @vitejs/plugin-legacy @vitejs/plugin-react @vitejs/plugin-react-swc @vitejs/plugin-vue @vitejs/plugin-vue-jsx
    @vitest/coverage-v8 @vitest/ui @vue/compiler-sfc @vue/eslint-config-typescript @vue/test-utils @vue/tsconfig
    @vueuse/core @vueuse/nuxt
    acorn ai ajv algoliasearch animejs antd archiver argon2 astro async autoprefixer aws-sdk axios
    babel-jest babel-loader babel-plugin-react-compiler bcrypt bcryptjs better-auth better-sqlite3 body-parser
    bootstrap bootstrap-vue browserslist bull bullmq
    canvas-confetti chai chalk chart.js cheerio chokidar class-variance-authority classnames clsx cmdk
    color commander compression concurrently contentlayer convex cookie cookie-parser copy-webpack-plugin
    core-js cors critters cross-env cross-fetch crypto-js css-loader cssnano csv-parse cypress
    d3 date-fns date-fns-tz dayjs debug deepmerge dompurify dotenv dotenv-cli drizzle-kit drizzle-orm
    echarts echarts-for-react ejs elysia embla-carousel embla-carousel-react esbuild
    eslint eslint-config-airbnb eslint-config-next eslint-config-prettier eslint-import-resolver-typescript
    eslint-plugin-astro eslint-plugin-import eslint-plugin-jest eslint-plugin-jsx-a11y eslint-plugin-n
    eslint-plugin-prettier eslint-plugin-react eslint-plugin-react-hooks eslint-plugin-react-refresh
    eslint-plugin-storybook eslint-plugin-svelte eslint-plugin-tailwindcss eslint-plugin-unused-imports
    eslint-plugin-vue execa express express-rate-limit express-session
    fast-glob fastify file-saver firebase firebase-admin flowbite flowbite-react form-data formidable
    formik framer-motion fs-extra fuse.js
    gatsby geist glob globals google-auth-library googleapis graphql graphql-request graphql-tag gray-matter gsap
    handlebars helmet highlight.js hono html-react-parser html2canvas http-proxy-middleware husky
    i18next i18next-browser-languagedetector immer input-otp ioredis isomorphic-dompurify
    jest jest-environment-jsdom jose joi jotai jquery js-cookie js-yaml jsdom jsonwebtoken jspdf jszip
    katex knex ky langchain leaflet lenis less lightningcss lint-staged lit lodash lodash-es lottie-react lru-cache
    lucide-react lucide-svelte lucide-vue-next luxon
    mapbox-gl marked mdast-util-to-string mermaid micromark mime mini-css-extract-plugin minimatch mobx
    mobx-react-lite mocha moment moment-timezone mongodb mongoose morgan motion ms multer mysql2
    nanoid next next-auth next-i18next next-intl next-mdx-remote next-pwa next-seo next-sitemap next-themes
    node-cron node-fetch nodemailer nodemon nookies notistack nprogress nuqs nuxt
    octokit openai ora p-limit papaparse passport path-to-regexp pdf-lib pdfjs-dist pg picocolors pinia pino
    pino-pretty playwright polished postcss postcss-import postcss-loader postcss-nested postcss-preset-env
    posthog-js preact prettier prettier-plugin-astro prettier-plugin-svelte prettier-plugin-tailwindcss prisma
    prismjs prop-types punycode puppeteer puppeteer-core
    qrcode qrcode.react qs query-string ramda react react-chartjs-2 react-colorful react-datepicker react-day-picker
    react-dom react-dropzone react-error-boundary react-helmet react-helmet-async react-hook-form react-hot-toast
    react-i18next react-icons react-intersection-observer react-is react-leaflet react-markdown react-modal
    react-native react-native-web react-player react-redux react-resizable-panels react-router react-router-dom
    react-scripts react-select react-slick react-spring react-syntax-highlighter react-toastify react-use
    react-window reading-time recharts redis redux redux-persist redux-thunk reflect-metadata
    rehype-autolink-headings rehype-highlight rehype-katex rehype-pretty-code rehype-raw rehype-sanitize rehype-slug
    rehype-stringify remark remark-breaks remark-gfm remark-html remark-math remark-parse remark-rehype resend
    rimraf rollup rollup-plugin-visualizer rxjs
    sanitize-html sass sass-embedded sass-loader satori scheduler semver sequelize server-only sharp shiki
    simple-git slick-carousel slugify socket.io socket.io-client solid-js sonner sqlite3 storybook stripe
    style-loader styled-components styled-jsx stylelint superjson superstruct supertest svelte svelte-check
    sweetalert2 swiper swr
    tailwind-merge tailwind-variants tailwindcss tailwindcss-animate terser three tiny-invariant tough-cookie
    ts-jest ts-loader ts-node tslib tsup tsx turbo tw-animate-css type-fest typeorm typescript typescript-eslint
    undici unified unist-util-visit unplugin-auto-import unplugin-icons unplugin-vue-components usehooks-ts
    use-debounce use-immer uuid
    valibot valtio vaul vercel vee-validate vite vite-imagetools vite-plugin-pwa vite-plugin-svgr
    vite-tsconfig-paths vitepress vitest vue vue-i18n vue-router vue-tsc vuetify vuex
    web-vitals webpack webpack-bundle-analyzer webpack-cli webpack-dev-server winston workbox-window wouter ws
    xlsx xstate yaml yargs yup zod zod-to-json-schema zod-validation-error zustand
    """.split()  # noqa: SIM905 - hundreds of names read better as text than as hundreds of lines
)
