import { html } from "../common/parts.js";
import { t } from "../common/words.js";

const KINDS = { FINAL: "good", FALLBACK: "warn", MATCH: "good", MISMATCH: "bad", UNVERIFIED: "warn" };

/** An outcome or a verdict, in words and color. */
export function Said({ kind, value }) {
  return html`<span class=${`badge ${KINDS[value] ?? "quiet"}`}>${t(`ledger.${kind}.${value}`)}</span>`;
}

/** Who stands for a post: a dot for each member, filled for who computed the same. */
export function Votes({ members, attestations }) {
  const names = members.filter((m) => attestations.includes(m.operator)).map((m) => m.name);
  return html`<span title=${names.join(", ")}>
    <span class="dots" aria-hidden="true">
      ${members.map((m) => html`<i class=${attestations.includes(m.operator) ? "yes" : "no"}></i>`)}
    </span>
    ${" "}${t("ledger.of", { votes: attestations.length, members: members.length })}
    <span class="unseen">: ${names.join(", ")}</span>
  </span>`;
}
