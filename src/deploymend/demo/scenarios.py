"""What is pushed in the demo: a change to the storefront that breaks its build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A commit that breaks the deployment, and what the platform's environment adds to it."""

    name: str
    about: str
    message: str
    files: Mapping[str, str]
    platform_environment: Mapping[str, str] = field(default_factory=dict)
    """Variables that only the platform knows: their names can be seen from here, their values cannot."""
    heals: bool = True


_CART = """\
import { formatPrise } from "../lib/money";
import { PriceTag } from "./priceTag";

const items = [
  { name: "Kettle", cents: 3490 },
  { name: "Teapot", cents: 2275 },
];

export function Cart() {
  return (
    <ul>
      {items.map((item) => (
        <li key={item.name}>
          {item.name} <PriceTag label={formatPrise(item.cents)} />
        </li>
      ))}
    </ul>
  );
}
"""

HEAL = Scenario(
    name="heal",
    about="an import in the wrong case and a misspelt name: both repaired at once, proved, pushed, green",
    message="Add price formatting",
    files={"src/components/Cart.tsx": _CART},
)

# Each file is reached only when the import before it resolves, so each build shows one more fault; the last file was
# never committed, and that no rule can honestly cure.
ESCALATE = Scenario(
    name="escalate",
    about="a fault behind a fault behind a fault, where only the platform looks: three tries, then one message",
    message="Add the EU theme",
    files={
        "src/themes/eu.js": 'import palette from "./parts/Palette.js";\n\nexport default { background: palette };\n',
        "src/themes/parts/palette.js": 'import { paper } from "./colours.js";\n\nexport default paper;\n',
        "src/themes/shared/colours.js": 'import { cream } from "./shades.js";\n\nexport const paper = cream;\n',
        "src/themes/tones/shades.js": 'import { base } from "./base.js";\n\nexport const cream = base;\n',
    },
    platform_environment={"STORE_REGION": "eu"},
    heals=False,
)

SCENARIOS: Mapping[str, Scenario] = {scenario.name: scenario for scenario in (HEAL, ESCALATE)}
