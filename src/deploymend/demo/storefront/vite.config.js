import { existsSync } from "node:fs";
import { defineConfig } from "vite";

// Each region has a theme of its own; the platform sets STORE_REGION.
const wanted = `./src/themes/${process.env.STORE_REGION ?? "us"}.js`;
const theme = existsSync(new URL(wanted, import.meta.url)) ? wanted : "./src/themes/us.js";

export default defineConfig({
  resolve: { alias: { "@theme": new URL(theme, import.meta.url).pathname } },
});
