import { get } from "../common/api.js";
import { Heading, html, Reading, useAgain, useRead } from "../common/parts.js";
import { t } from "../common/words.js";
import { Said, Votes } from "./verdict.js";

const MOST_GROUPS = 500;

/** One timestep: every post, who stands for it, and the plans behind it. */
export function Timestep({ timestep, events }) {
  const read = useRead(async () => {
    const [network, verdict, current] = await Promise.all([get("/network"), get(`/timesteps/${timestep}`), get("/timesteps/current")]);
    return { network, verdict, current };
  }, [timestep]);
  useAgain(events, ["plan", "timestep", "reset"], read.again);
  return html`
    <p><a href="#/">← ${t("ledger.back")}</a></p>
    <${Heading}>${t("ledger.open", { timestep })}<//>
    <${Reading} of=${read}>${read.data && html`<${Posts} ...${read.data} /><${Plans} ...${read.data} />`}<//>
  `;
}

function Posts({ verdict, network }) {
  return html`
    <p><${Said} kind="outcome" value=${verdict.outcome} /></p>
    ${verdict.posts.map(
      (post) =>
        html`<section class=${`card ${post.candidate === verdict.finalCandidate ? "final" : ""}`}>
          <strong>${post.operatorName}</strong> ·${" "}
          <span class="quiet">${t("ledger.candidate", { candidate: post.candidate, block: post.block })}</span>
          <dl class="lines">
            <dt>${t("ledger.attested")}</dt>
            <dd><${Votes} members=${network.operators} attestations=${post.attestations} /></dd>
            <dt>${t("ledger.verdict")}</dt>
            <dd>
              <${Said} kind="verdict" value=${post.verdict} />
              ${post.difference && html` <code>${t("ledger.difference", post.difference)}</code>`} ${post.reason}
            </dd>
            <dt>${t("ledger.plan.algorithm")}</dt>
            <dd><code>${post.algorithm}</code></dd>
          </dl>
        </section>`,
    )}
  `;
}

function Plans({ verdict, network, current }) {
  const kept = verdict.timestep >= current.timestep - 1;
  const groups = Array.from({ length: Math.min(network.groups, MOST_GROUPS) }, (_, group) => group);
  return html`
    <h2>${t("ledger.plans")}</h2>
    ${
      kept
        ? html`<p class="row">
            ${groups.map((group) => html`<a class="button" href=${`#/plan/${verdict.timestep}/${group}`}>${group}</a>`)}
          </p>`
        : html`<p class="quiet">${t("ledger.plans.gone")}</p>`
    }
  `;
}
