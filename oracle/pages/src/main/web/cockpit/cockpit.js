import "../common/base.css";
import "./cockpit.css";
import "./words.js";
import { Frame, html, show, useEvents, useRoute } from "../common/parts.js";
import { Group } from "./group.js";
import { Groups } from "./groups.js";

/** The page of operators: all charging groups, and one. */
function Cockpit() {
  const [what, id] = useRoute();
  const events = useEvents();
  return html`<${Frame} here="cockpit" online=${events.online}>
    ${what === "group" && id ? html`<${Group} key=${id} group=${Number(id)} events=${events} />` : html`<${Groups} events=${events} />`}
  <//>`;
}

show(Cockpit);
