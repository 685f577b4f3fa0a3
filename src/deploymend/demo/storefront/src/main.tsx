import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import theme from "@theme";
import { Cart } from "./components/Cart";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
root.style.background = theme.background;
createRoot(root).render(
  <StrictMode>
    <Cart />
  </StrictMode>,
);
