import "../common/base.css";
import "./driver.css";
import "./words.js";
import { Frame, html, show, useEvents, useRef, useRoute } from "../common/parts.js";
import { Place } from "./place.js";
import { Places } from "./places.js";
import { Receipt } from "./receipt.js";
import { Session } from "./session.js";

/** The page of drivers: places, a place, a session, a receipt. */
function Driver() {
  const [what, id] = useRoute();
  const listeners = useRef(new Set());
  const online = useEvents((name, data) => listeners.current.forEach((listener) => listener(name, data)));
  const events = listeners.current;
  return html`<${Frame} here="driver" online=${online}>
    ${
      what === "point" && id
        ? html`<${Place} key=${id} evseId=${id} events=${events} />`
        : what === "session" && id
          ? html`<${Session} key=${id} session=${id} events=${events} />`
          : what === "receipt" && id
            ? html`<${Receipt} key=${id} session=${id} events=${events} />`
            : html`<${Places} events=${events} />`
    }
  <//>`;
}

show(Driver);
