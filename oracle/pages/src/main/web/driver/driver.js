import "../common/base.css";
import "./driver.css";
import "./words.js";
import { Frame, html, show, useEvents, useRoute } from "../common/parts.js";
import { Place } from "./place.js";
import { Places } from "./places.js";
import { Receipt } from "./receipt.js";
import { Session } from "./session.js";

/** The page of drivers: places, a place, a session, a receipt. */
function Driver() {
  const [what, id] = useRoute();
  const events = useEvents();
  return html`<${Frame} here="driver" online=${events.online}>
    ${
      what === "point" && id
        ? html`<${Place} key=${id} id=${id} events=${events} />`
        : what === "session" && id
          ? html`<${Session} key=${id} session=${Number(id)} events=${events} />`
          : what === "receipt" && id
            ? html`<${Receipt} key=${id} session=${Number(id)} events=${events} />`
            : html`<${Places} events=${events} />`
    }
  <//>`;
}

show(Driver);
