import "../common/base.css";
import "./ledger.css";
import "./words.js";
import { Frame, html, show, useEvents, useRoute } from "../common/parts.js";
import { Overview } from "./overview.js";
import { Plan } from "./plan.js";
import { Timestep } from "./timestep.js";

/** The page of auditors: what was agreed, one timestep, one plan. */
function Ledger() {
  const [what, id, group] = useRoute();
  const events = useEvents();
  return html`<${Frame} here="ledger" online=${events.online}>
    ${
      what === "plan" && group
        ? html`<${Plan} key=${`${id} ${group}`} timestep=${id} group=${group} />`
        : what === "timestep" && id
          ? html`<${Timestep} key=${id} timestep=${Number(id)} events=${events} />`
          : html`<${Overview} events=${events} />`
    }
  <//>`;
}

show(Ledger);
